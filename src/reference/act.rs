//! Stage 2: every actor's stance and rules; and how any rule, also an event, plays.

use super::evaluate::{Reader, Stage};
use super::world::{AreaValues, Message, World};
use super::{Failure, Look, Run, greatest};
use crate::scenario::model::{
    ActorId, AreaTarget, AreaWrite, Chance, DrawKind, Effect, Part, Receiver, Receivers, Rule, Send, Stances,
};

/// Who plays a rule, and what it reads.
#[derive(Clone, Copy)]
pub(super) struct Player<'w> {
    /// The actor, or nobody for an event.
    pub actor: Option<ActorId>,
    /// The rule's place in [`super::Played::fired`].
    pub place: usize,
    /// What an event reads: the world as the flows left it. An actor reads the world as it is.
    pub frozen: Option<&'w World>,
}

impl Run<'_> {
    /// Every actor in turn. The order does not matter, since each sees the others as last observed.
    pub(super) fn act(&mut self) -> Result<(), Failure> {
        let scenario = self.scenario;
        let mut place = 0;
        for (id, actor) in scenario.actors.iter().enumerate() {
            if let Some(stances) = &actor.stances {
                self.take_stance(id, stances)?;
            }
            for rule in &actor.rules {
                self.play_rule(Player { actor: Some(id), place, frozen: None }, rule)?;
                place += 1;
            }
        }
        Ok(())
    }

    /// Climbs to the highest rung above whose `enter` holds; else steps down if the present `leave` holds.
    fn take_stance(&mut self, actor: ActorId, stances: &Stances) -> Result<(), Failure> {
        let reader = self.reader(Stage::Actor(actor), stances.place);
        let present = self.world.now[stances.variable] as usize;
        let mut next = present;
        for (place, rung) in stances.rungs.iter().enumerate().skip(present + 1) {
            if let Some(enter) = &rung.enter
                && reader.holds(enter, &[])?
            {
                next = place;
            }
        }
        if next == present
            && let Some(leave) = &stances.rungs[present].leave
            && reader.holds(leave, &[])?
        {
            next = present.saturating_sub(1);
        }
        self.world.now[stances.variable] = next as f64;
        if next != present {
            self.observer.stance_taken(self.tick, actor, present, next);
        }
        Ok(())
    }

    /// Plays a rule: it acts if it is active and ready, its condition holds and the dice let it.
    pub(super) fn play_rule(&mut self, player: Player, rule: &Rule) -> Result<(), Failure> {
        let (first, end) = rule.active;
        if self.tick < first || self.tick >= end {
            return Ok(());
        }
        if let Some(again) = &rule.again
            && f64::from(self.tick) < self.world.now[again.ready]
        {
            return Ok(());
        }
        let mut lets = vec![f64::NAN; rule.lets.len()];
        self.work_out_lets(player, rule, Part::Condition, &mut lets)?;
        if !self.player(player, rule, Part::Condition, &lets).passes(rule.when.as_ref(), &[])? {
            return Ok(());
        }
        self.work_out_lets(player, rule, Part::Chance, &mut lets)?;
        if let Some(chance) = &rule.chance
            && !self.player(player, rule, Part::Chance, &lets).strikes(chance)?
        {
            return Ok(());
        }
        self.fired[player.place] += 1;
        // Field by field, so that the observer can be told while the rule looks at the world.
        let look = Look::new(Reader {
            scenario: self.scenario,
            world: player.frozen.unwrap_or(&self.world),
            dice: self.dice,
            tick: self.tick,
            stage: player.actor.map_or(Stage::World, Stage::Actor),
            place: None,
            lets: &lets,
            message: None,
        });
        self.observer.rule_fired(self.tick, player.place, rule, &look);
        self.work_out_lets(player, rule, Part::Effects, &mut lets)?;
        for effect in &rule.effects {
            self.take_effect(player, rule, effect, &lets)?;
        }
        if let Some(again) = &rule.again {
            self.world.now[again.ready] = match again.after {
                Some(cooldown) => f64::from(self.tick) + f64::from(cooldown),
                None => f64::INFINITY,
            };
        }
        Ok(())
    }

    /// What a rule reads in one of its parts.
    fn player<'b>(&'b self, player: Player<'b>, rule: &Rule, part: Part, lets: &'b [f64]) -> Reader<'b> {
        let stage = player.actor.map_or(Stage::World, Stage::Actor);
        let [condition, chance, effects] = rule.places;
        let place = match part {
            Part::Condition => condition,
            Part::Chance => chance,
            Part::Effects => effects,
        };
        Reader { lets, ..self.reader_of(player.frozen.unwrap_or(&self.world), stage, place) }
    }

    /// Works out the local names that a part is the first to need.
    fn work_out_lets(&self, player: Player, rule: &Rule, part: Part, lets: &mut [f64]) -> Result<(), Failure> {
        for (place, local) in rule.lets.iter().enumerate() {
            if local.part == Some(part) {
                lets[place] = self.player(player, rule, part, lets).value(&local.value, &[])?;
            }
        }
        Ok(())
    }

    /// One of the things that a rule does.
    fn take_effect(&mut self, player: Player, rule: &Rule, effect: &Effect, lets: &[f64]) -> Result<(), Failure> {
        let reader = self.player(player, rule, Part::Effects, lets);
        match effect {
            Effect::Write(writes) => {
                let values = reader.values(writes)?;
                self.write_map(writes, &values);
            }
            Effect::WriteAt { target, writes } => {
                let values = reader.values_at(target, writes)?;
                self.write_areas(writes, &values);
            }
            Effect::Send(send) => {
                let messages = reader.messages(send)?;
                for (receiver, message) in messages {
                    for &variable in &receiver.sent {
                        self.world.write(variable, true, message.amount);
                    }
                    self.observer.message_sent(self.tick, &message);
                    self.world.transit.push(message);
                }
            }
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Whether a chance lets a rule act: its draw is less than its probability, which must lie in 0 to 1.
    fn strikes(&self, chance: &Chance) -> Result<bool, Failure> {
        let p = self.value(&chance.probability, &[])?;
        self.require((0.0..=1.0).contains(&p))?;
        Ok(self.draw(chance.draw, DrawKind::Uniform, 0) < chance.in_a_tick(p))
    }

    /// The values that a map writes, for each area that it is written in.
    fn values_at(&self, target: &AreaTarget, writes: &[AreaWrite]) -> Result<AreaValues, Failure> {
        let areas = self.target_areas(target, writes)?;
        areas.into_iter().map(|area| Ok((area, self.area_values(writes, area)?))).collect()
    }

    /// The areas that a rule writes. One in which something that it writes does not exist is passed over.
    fn target_areas(&self, target: &AreaTarget, writes: &[AreaWrite]) -> Result<Vec<usize>, Failure> {
        let exists = |area: usize| writes.iter().all(|write| self.territory().variables[write.variable].exists[area]);
        match target {
            AreaTarget::Fixed(area) => Ok([*area].into_iter().filter(|&area| exists(area)).collect()),
            AreaTarget::Each { filter } => {
                let mut areas = Vec::new();
                for area in (0..self.area_count()).filter(|&area| exists(area)) {
                    if self.passes(filter.as_ref(), &[area])? {
                        areas.push(area);
                    }
                }
                Ok(areas)
            }
            AreaTarget::Best { filter, score } => {
                let mut scores = Vec::new();
                for area in (0..self.area_count()).filter(|&area| exists(area)) {
                    if self.passes(filter.as_ref(), &[area])? {
                        scores.push((area, self.finite(score, &[area])?));
                    }
                }
                Ok(greatest(&scores).into_iter().collect())
            }
        }
    }

    /// The messages that an effect sends, in the order of the receivers.
    fn messages<'s>(&self, send: &'s Send) -> Result<Vec<(&'s Receiver, Message)>, Failure> {
        let kind = &self.scenario.kinds[send.kind];
        let amount = self.finite(&send.amount, &[])?;
        let amount = if amount < 0.0 && !kind.signed { 0.0 } else { amount };
        let fields = send.fields.iter().map(|field| self.finite(field, &[])).collect::<Result<Vec<_>, _>>()?;
        let message = |receiver: &'s Receiver| {
            let message = Message {
                sent: self.tick,
                due: self.tick.saturating_add(kind.delay),
                sender: self.scenario.actors[receiver.actor].inbox[receiver.slot].sender,
                receiver: receiver.actor,
                slot: receiver.slot,
                kind: send.kind,
                amount,
                fields: fields.clone(),
            };
            (receiver, message)
        };
        Ok(self.receivers(&send.receivers)?.into_iter().map(message).collect())
    }

    /// Who gets a message.
    fn receivers<'s>(&self, receivers: &'s Receivers) -> Result<Vec<&'s Receiver>, Failure> {
        match receivers {
            Receivers::All(receivers) => Ok(receivers.iter().collect()),
            Receivers::Best(candidates) => {
                let mut scores = Vec::new();
                for (place, candidate) in candidates.iter().enumerate() {
                    if self.passes(candidate.filter.as_ref(), &[])? {
                        scores.push((place, self.finite(&candidate.score, &[])?));
                    }
                }
                Ok(greatest(&scores).map(|place| &candidates[place].receiver).into_iter().collect())
            }
        }
    }
}
