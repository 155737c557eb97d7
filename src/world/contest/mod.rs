//! The built-in contest: who holds which ground, tick by tick, as pure functions on columns.
//!
//! Sides hold whole *posts* in areas and, one side an area, its *towns*. A side's force is a number that the scenario
//! owns; the contest spreads it over the ground, lets it fight, and takes off what it loses. [`step`] plays a tick in
//! many runs at once; [`mod@reference`] is the same, one run at a time, slow and plain, and equal to the bit.
//! [`Ground`] is what does not change, [`State`] what does, [`Inputs`] what a tick is given.
//!
//! # The equations
//! s is a side, g an area, (g, s) a *pair*; h(t, s) how hard t fights s, 0 to 1. Names in `code` are the parameters
//! below or the variables of a pair. The parts are simultaneous but for the order of the numbers. Rates are a tick's.
//!
//! **1. Supply** comes over the roads from the neighbouring areas (Zhukov 2012). With F the posts around g of s and of
//! those that s is not hostile to, and H those of the others: blocked = 1 where F = 0 (*cut off*), else `roads` · H /
//! (F + H). Then `supply` moves by `refill` · (1 − blocked) · (1 − supply) − `erosion` · blocked · supply. An area
//! without neighbours is an island: supplied by sea, never cut off. A base area of s has its own depot: nothing blocks
//! its supply, though it may be cut off by the definition.
//!
//! **2. The reserve.** `effort` of the force is mobile. It goes where fighting is possible, in proportion to max(0,
//! `prefer`): where s has posts (or its base area) in g and an enemy has posts in g or next to it, or s has posts (or
//! its base area) in g or posts next to it and an enemy has posts in g. (An enemy: hostile one way or the other.) The
//! rest of the force, and a reserve that nothing draws, guards the side's posts evenly. Seasons come in through
//! `effort`.
//!
//! **3. Strength.** worth = (`supply_floor` + (1 − `supply_floor`) · supply) / (1 + `gradient` · hops), hops from the
//! side's base areas over borders (the loss-of-strength gradient, Boulding 1962, in a hyperbolic form that never ends
//! at 0).
//! - strength S = (guards + `garrison` + sent) · worth: all who are there
//! - engaged E = (`sally` · guards + sent) · worth: those who attack
//! - strike = E · `quality` · (1 + `information` · `guerrilla` · hold), with hold = the side's share of the posts held
//!   in g: zones of control (Kalyvas 2006) give a guerrilla information (Kress & Szechtman 2009)
//! - threat a = A / (A + `quality` · S), with A = Σ h(t, s) · strike(t): the hostile share of the strength that acts
//!   in g; ½ between equals. A side strikes at each of its enemies in an area with all that it has there.
//!
//! **4. Attrition** (Deitchman 1962). A force is exposed by 1 − `guerrilla` · hold · a: regulars are hit by aimed
//! fire, a guerrilla among its own by area fire that finds it the less the thinner it is, and better informed enemies
//! find it (Kress & Szechtman 2009; the share 1 − hold of the people tells on it). Those who hold lose 2 · `attrition`
//! · a · S · exposure, which for A ≪ S is Lanchester's aimed fire (∝ A) and for A ≫ S his area fire (∝ S). Those who
//! strike at them lose 2 · `attrition` · h · E · exposure · (1 − a) · (1 + `firepower` · `fire` of the holder).
//!
//! **5. Posts fall** by a Binomial(posts, 1 − e^−(capture + abandon)) draw, by the inverse, from one uniform. capture
//! = 4 · `pace` · a · logistic(z) / (1 + `firepower` · `fire`), where fire is the holder's and z is one of two rivals:
//! - `hazard` 0, *force ratio*: z = `steepness` · (2a − 1)
//! - `hazard` 1, *isolation and morale*: z = `isolation` · (1 − 2 · supply) + `morale` · shaken, where shaken is the
//!   share of its posts that the side lost lately
//!
//! Both equal `pace` at the middle (a = ½; and supply = ½, nothing lost). abandon = `abandon` · cut off · (1 −
//! supply). Of those that fall, the part (abandon + `destroyed` · capture) / (abandon + capture) is ruined, rounded at
//! random to a whole number; the rest is taken.
//!
//! **6. Surrender spreads** (Lehmann & Zhukov 2019) among battalion-sized garrisons, of `battalion` posts each. Every
//! garrison that falls whole — an area's posts taken below a multiple of `battalion`, or to nothing — is *news* to its
//! side, and brings up to `surrender_spread` others over the time that it is remembered: each garrison under threat
//! yields with the hazard a · `surrender_spread` · `forget` · news / garrisons under threat, Binomial, whole. All
//! guards of a garrison that yields surrender, and the share `surrender` of those of other posts taken; they leave the
//! force. Its part of `garrison` is lost with a post.
//!
//! **7. Posts are taken** by the sides that strike there, divided by h · strike in whole numbers: everybody gets the
//! whole part of his share, the rest goes by largest remainder, ties in file order. A taker's stock gains `captured` ·
//! the guards of the posts that he takes.
//!
//! **8. Towns** are held by one side an area and change hands together, by a draw of their own: with the chance 1 −
//! e^−hazard, where hazard = `town_pace` · a / (1 + `firepower` · `fire`) if the threat a to the side that holds them
//! is at least `dominance`, else 0. They go to the side that strikes at the holder hardest, the first in the file
//! among equals.
//!
//! **9. Ruined posts are rebuilt** by the holder of the area, if it has strength there: Binomial, hazard `rebuild` ·
//! (1 − a). **The holder** of an area is the side with most posts; ties keep the last (if the last is not among the
//! tied, the first in file order). At all times the posts held and ruined add up to those of the start, in every area.
//!
//! **10. Forces.** Desertion (McLauchlin 2020; Albrecht & Ohl 2016): `desertion` · (1 + `morale` · (shaken + want)),
//! want = the side's mean 1 − supply over its posts. Recruits: `recruits` · the share of all people under its hold.
//! The force becomes (force − captives) · (1 + recruits) / (1 + losses / force + desertion).
//!
//! Hazards enter by 1 − e^−h, everything that decays by an implicit step. So when the tick is halved and the rates
//! with it, results change only by the error of the step, and nothing turns negative whatever the rates.
//!
//! # The start
//! Posts are the plan's, or each run's own ([`State::allot`]): then the side with most holds the area from the start, and the
//! plan's holder where several have most or nobody has any. What is ruined starts at 0, supply at 1, and [`State::look`]
//! tells who is cut off.
//!
//! # Draws
//! One uniform each, from the address `area/side/draw`: `fall`, `ruin` and `surrender` of the side that loses posts,
//! `town` and `build` of the area, under the side that held its towns, or the area, at the start. Those that nothing
//! depends on are not made. Whose address a draw of the area has follows from the plan alone, whatever a run has allotted.
//!
//! # Parameters
//! Rates (†) are a tick's in the equations; their defaults are a week's.
//!
//! | name | default | range | meaning |
//! |---|---|---|---|
//! | `hazard` | 0 | 0–1 | form of the capture hazard: below 0.5 force ratio, else isolation and morale |
//! | `pace` † | 0.04 | ≥ 0 | hazard of a post at the middle of either form |
//! | `steepness` | 4 | ≥ 0 | form 0: how sharply the hazard turns on the force ratio |
//! | `isolation` | 2 | ≥ 0 | form 1: how sharply the hazard turns on want of supply |
//! | `morale` | 5 | ≥ 0 | form 1, and desertion: weight of the share of posts that the side lost lately |
//! | `attrition` † | 0.01 | ≥ 0 | share of an engaged strength that is lost between equal forces |
//! | `information` | 0.5 | ≥ 0 | gain in striking power of a guerrilla that holds the whole population |
//! | `sally` | 0.25 | 0–1 | share of the guards of posts that joins attacks in its own area |
//! | `gradient` | 0.1 | ≥ 0 | loss of strength a hop from the base area |
//! | `supply_floor` | 0.5 | 0–1 | strength of troops without any supply, as a share of supplied ones |
//! | `roads` | 0.5 | 0–1 | how much hostile posts around hinder supply while the garrison is not cut off |
//! | `erosion` † | 0.2 | ≥ 0 | rate at which the supply of a cut-off garrison runs out |
//! | `refill` † | 0.4 | ≥ 0 | rate at which supply recovers over open roads |
//! | `firepower` | 1 | ≥ 0 | effect of a unit of `fire` |
//! | `fire_decay` † | 1 | ≥ 0 | rate at which `fire` decays |
//! | `garrison_decay` † | 0.1 | ≥ 0 | rate at which `garrison` decays |
//! | `surrender` | 0.3 | 0–1 | share of the guards of a captured post that surrenders |
//! | `surrender_spread` | 0.5 | ≥ 0 | further garrisons that surrender for each that fell whole, at most |
//! | `battalion` | 5 | ≥ 1 | posts of a battalion-sized garrison (rounded down to a whole number) |
//! | `forget` † | 0.25 | ≥ 0 | rate at which losses and surrenders are forgotten |
//! | `abandon` † | 0.1 | ≥ 0 | hazard of giving up a post that is cut off and without supply |
//! | `destroyed` | 0.1 | 0–1 | share of the posts that fall that is destroyed, not taken |
//! | `rebuild` † | 0.01 | ≥ 0 | hazard of being rebuilt, for a ruined post where the holder is not pressed |
//! | `town_pace` † | 0.2 | ≥ 0 | hazard of the towns of an area once the attacker dominates it |
//! | `dominance` | 0.6 | 0–1 | threat from which towns can fall |
//! | `skirmish` | 0.1 | 0–1 | threat to somebody's posts above which there is `fighting` in an area |
//! | `captured` | 0 | ≥ 0 | units of stock captured for each unit of force that guarded the posts taken |
//!
//! | of a side | default | range | meaning |
//! |---|---|---|---|
//! | `effort` | 0.3 | 0–1 | share of the force in the mobile reserve |
//! | `guerrilla` | 0 | 0–1 | how far it hides among the population that it holds and learns from it |
//! | `recruits` † | 0 | ≥ 0 | growth of the force if it held the whole population |
//! | `desertion` † | 0 | ≥ 0 | share of the force that deserts while all is well |
//! | `quality` | 1 | ≥ 0 | worth of a unit of force against another side's |
//!
//! # Sources
//! Albrecht & Ohl 2016, "Exit, resistance, loyalty". Boulding 1962, *Conflict and Defense*. Deitchman 1962, "A
//! Lanchester model of guerrilla warfare". Kalyvas 2006, *The Logic of Violence in Civil War*. Kress & Szechtman 2009,
//! "Why defeating insurgencies is hard". Lanchester 1916, *Aircraft in Warfare*. Lehmann & Zhukov 2019, "Until the
//! bitter end?". McLauchlin 2020, *Desertion*. Zhukov 2012, "Roads and the diffusion of insurgent violence".

#![expect(
    clippy::indexing_slicing,
    reason = "the ground numbers areas, sides and pairs, and every column has one number for each of them"
)]

mod falls;
mod formulas;
mod ground;
mod kernels;
mod parameters;
pub mod reference;
mod scratch;
mod spoils;
mod state;
mod step;
mod supply;
#[cfg(test)]
mod tests;
mod variables;

pub use ground::{Ground, GroundError, MOST_POSTS, Place, Plan};
pub use parameters::{DRAWS, Draw, Parameter, SideParameter, Specification};
pub use scratch::Scratch;
pub use state::{Columns, State};
pub use step::{Inputs, is_blank, step};
pub use variables::{AreaValue, Input, SideValue};
