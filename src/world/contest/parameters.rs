//! The named numbers of the contest: what each means, its default and the range it may take.

/// What the documentation, the checker and the engine need to know about a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Specification {
    /// The name in a scenario file.
    pub name: &'static str,
    /// The value where the scenario says nothing. For a rate, the value a week.
    pub default: f64,
    /// The smallest allowed value.
    pub least: f64,
    /// The largest allowed value; may be infinite, for "any finite number".
    pub most: f64,
    /// Whether it is a rate: the contest wants it a tick, so the caller turns the default, which is a week's, into a
    /// tick's.
    pub rate: bool,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

impl Specification {
    /// Whether the contest may be given this value.
    pub fn allows(&self, value: f64) -> bool {
        value.is_finite() && value >= self.least && value <= self.most
    }
}

/// Any finite number from the least up.
const ANY: f64 = f64::INFINITY;

const fn share(name: &'static str, default: f64, meaning: &'static str) -> Specification {
    Specification { name, default, least: 0.0, most: 1.0, rate: false, meaning }
}

const fn rate(name: &'static str, default: f64, meaning: &'static str) -> Specification {
    Specification { name, default, least: 0.0, most: ANY, rate: true, meaning }
}

const fn number(name: &'static str, default: f64, meaning: &'static str) -> Specification {
    Specification { name, default, least: 0.0, most: ANY, rate: false, meaning }
}

/// Declares an enumeration of parameters together with its table, so that neither can lack a member of the other.
macro_rules! parameters {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $spec:expr;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// All of them, in the order of the columns that [`step`](super::step) takes.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// Their specifications, in the same order.
            pub const SPECIFICATIONS: &'static [Specification] = &[$($spec),+];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();
            /// Their names in a scenario file, in the same order.
            pub const NAMES: [&'static str; Self::COUNT] = {
                let mut names = [""; Self::COUNT];
                let mut i = 0;
                while i < Self::COUNT {
                    names[i] = Self::SPECIFICATIONS[i].name;
                    i += 1;
                }
                names
            };

            /// Its place among the columns.
            pub const fn index(self) -> usize {
                self as usize
            }

            /// What it means, its default and its range.
            pub const fn specification(self) -> &'static Specification {
                &Self::SPECIFICATIONS[self as usize]
            }

            /// The parameter of this name.
            pub fn named(name: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|p| p.specification().name == name)
            }
        }
    };
}

parameters! {
    /// The parameters of the contest as a whole. One value a lane, each tick.
    Parameter {
        /// The rival form of the capture hazard.
        Hazard = share("hazard", 0.0, "form of the capture hazard: below 0.5 force ratio, else isolation and morale");
        /// The tempo of posts' falls.
        Pace = rate("pace", 0.04, "hazard of a post at the middle of either form (equal forces; half supplied)");
        /// Form 0's steepness.
        Steepness = number("steepness", 4.0, "form 0: how sharply the hazard turns on the force ratio");
        /// Form 1's weight of want of supply.
        Isolation = number("isolation", 2.0, "form 1: how sharply the hazard turns on want of supply");
        /// The weight of recent losses.
        Morale = number("morale", 5.0, "form 1, and desertion: weight of the share of posts that the side lost lately");
        /// The tempo of losses.
        Attrition = rate("attrition", 0.01, "share of an engaged strength that is lost between equal forces");
        /// What the population tells the guerrilla.
        Information = number("information", 0.5, "gain in striking power of a guerrilla that holds the whole population");
        /// Guards that leave their posts to attack.
        Sally = share("sally", 0.25, "share of the guards of posts that joins attacks in its own area");
        /// Boulding's gradient.
        Gradient = number("gradient", 0.1, "loss of strength: a hop from the base area divides it by 1 + gradient * hops");
        /// What troops without supply are worth.
        SupplyFloor = share("supply_floor", 0.5, "strength of troops without any supply, as a share of supplied ones");
        /// How much partly held roads hinder supply.
        Roads = share("roads", 0.5, "how much hostile posts around hinder supply while the garrison is not cut off");
        /// How fast supply runs out.
        Erosion = rate("erosion", 0.2, "rate at which the supply of a cut-off garrison runs out");
        /// How fast supply comes back.
        Refill = rate("refill", 0.4, "rate at which supply recovers over open roads");
        /// What fire does.
        Firepower = number("firepower", 1.0, "effect of a unit of `fire`: falls are delayed by 1 + firepower * fire");
        /// How fast fire passes.
        FireDecay = rate("fire_decay", 1.0, "rate at which `fire` decays");
        /// How fast garrisons leave.
        GarrisonDecay = rate("garrison_decay", 0.1, "rate at which `garrison` decays");
        /// Surrender of guards.
        Surrender = share("surrender", 0.3, "share of the guards of a captured post that surrenders");
        /// Contagion of surrender.
        SurrenderSpread = number("surrender_spread", 0.5, "further garrisons that surrender for each fallen whole, at most");
        /// The size of a garrison.
        Battalion = Specification { least: 1.0, ..number("battalion", 5.0, "posts of a battalion-sized garrison, whole") };
        /// Memory.
        Forget = rate("forget", 0.25, "rate at which losses and surrenders are forgotten");
        /// Giving up.
        Abandon = rate("abandon", 0.1, "hazard of giving up a post that is cut off and without supply");
        /// Ruin.
        Destroyed = share("destroyed", 0.1, "share of the posts that fall that is destroyed, not taken");
        /// Rebuilding.
        Rebuild = rate("rebuild", 0.01, "hazard of being rebuilt, for a ruined post where the holder is not pressed");
        /// The tempo of towns' falls.
        TownPace = rate("town_pace", 0.2, "hazard of the towns of an area once the attacker dominates it");
        /// What dominance is.
        Dominance = share("dominance", 0.6, "hostile share of the strength in an area from which its towns can fall");
        /// When there is fighting.
        Skirmish = share("skirmish", 0.1, "hostile share of the strength in an area above which there is fighting there");
        /// Loot.
        Captured = number("captured", 0.0, "units of stock captured for each unit of force that guarded the posts taken");
    }
}

parameters! {
    /// The parameters of a side. One value a side and lane, each tick.
    SideParameter {
        /// The share of the force that is mobile.
        Effort = share("effort", 0.3, "share of the force in the mobile reserve; the rest guards posts evenly");
        /// How far it fights as a guerrilla.
        Guerrilla = share("guerrilla", 0.0, "how far it hides among the population that it holds and learns from it");
        /// Recruits.
        Recruits = rate("recruits", 0.0, "growth of the force if it held the whole population");
        /// Desertion.
        Desertion = rate("desertion", 0.0, "share of the force that deserts while all is well; losses and want add to it");
        /// Quality.
        Quality = number("quality", 1.0, "worth of a unit of force against another side's");
    }
}

/// The numbers that decide a tick by chance, each a uniform from the address `area/side/draw`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Draw {
    /// How many posts of the side fall or are given up.
    Fall,
    /// How many of its battalion-sized garrisons surrender whole.
    Surrender,
    /// How the posts that fell divide into taken and ruined.
    Ruin,
    /// Whether the towns that it holds fall.
    Town,
    /// How many ruined posts it rebuilds.
    Build,
}

/// The draws by name, in the order of [`Draw`].
pub const DRAWS: [&str; 5] = ["fall", "surrender", "ruin", "town", "build"];

impl Draw {
    /// Its name in an address.
    pub const fn name(self) -> &'static str {
        DRAWS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_allowed_and_every_name_finds_its_parameter() {
        for p in Parameter::ALL {
            let s = p.specification();
            assert!(s.allows(s.default), "{}", s.name);
            assert_eq!(Parameter::named(s.name), Some(*p));
            assert_eq!(Parameter::NAMES[p.index()], s.name);
        }
        for p in SideParameter::ALL {
            let s = p.specification();
            assert!(s.allows(s.default), "{}", s.name);
            assert_eq!(SideParameter::named(s.name), Some(*p));
        }
        assert_eq!(Parameter::named("paces"), None);
    }

    #[test]
    fn values_outside_the_range_are_refused() {
        let effort = SideParameter::Effort.specification();
        assert!(!effort.allows(1.5) && !effort.allows(-0.1) && !effort.allows(f64::NAN));
        assert!(!Parameter::Battalion.specification().allows(0.5));
        assert!(!Parameter::Pace.specification().allows(f64::INFINITY));
    }

    #[test]
    fn draws_have_their_names() {
        assert_eq!([Draw::Fall, Draw::Surrender, Draw::Ruin, Draw::Town, Draw::Build].map(Draw::name), DRAWS);
    }
}
