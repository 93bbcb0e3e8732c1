//! From signals to incidents: parent and children, so many of so many, recovery after a delay, and
//! no more than one notification for each incident and hour.

use crate::notice::{Notice, NoticeKind};
use crate::{Incident, Maintenance, Scope, Trouble, trouble};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Which sources fail together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The sources behind each interconnect.
    pub interconnects: BTreeMap<String, BTreeSet<String>>,
    /// So many of them unreachable are an incident of the interconnect.
    pub quorum: usize,
}

impl Network {
    fn interconnect_of(&self, source: &str) -> Option<&str> {
        self.interconnects.iter().find(|(_, members)| members.contains(source)).map(|(name, _)| name.as_str())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Trouble that is over before this is nobody's business.
    pub confirm: SignedDuration,
    /// Fine for so long, it is over.
    pub recovery: SignedDuration,
    /// From one notification of an incident to the next.
    pub pause: SignedDuration,
    /// What stays open is told again after so long, then after twice as long, and at last each week.
    pub remind: SignedDuration,
}

/// So many communes more, and twice as many, are worth another word.
const MANY_MORE: usize = 5;
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is known of a source, or of its communes, at an instant. What was not looked at gives none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    Fine,
    Bad { code: String, communes: usize },
}

/// All incidents that are not over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tracker {
    pub incidents: Vec<Incident>,
}

impl Tracker {
    /// Takes what was seen, and says what is to be told now.
    pub fn step(
        &mut self,
        now: Timestamp,
        network: &Network,
        policy: &Policy,
        maintenance: &Maintenance,
        signals: &BTreeMap<(Scope, String), Signal>,
    ) -> Vec<Notice> {
        let worked_on = |name: &str| maintenance.covers(name, network.interconnect_of(name), now);
        for ((scope, name), signal) in signals.iter().filter(|((_, name), _)| !worked_on(name)) {
            let sources = BTreeSet::from([name.clone()]);
            self.take(now, policy, *scope, name, signal, &sources, 1);
        }
        for (name, members) in network.interconnects.iter().filter(|(name, _)| !maintenance.covers(name, None, now)) {
            self.take_interconnect(now, policy, network, name, members);
        }
        self.adopt(now, policy, network);
        let notices = self.notices(now, policy, &worked_on);
        self.incidents.retain(|incident| !incident.is_over());
        notices
    }

    fn open_mut(&mut self, scope: Scope, name: &str) -> Option<&mut Incident> {
        self.incidents.iter_mut().find(|i| i.scope == scope && i.name == name && i.is_open())
    }

    fn open(&self, scope: Scope, name: &str) -> Option<&Incident> {
        self.incidents.iter().find(|i| i.scope == scope && i.name == name && i.is_open())
    }

    #[allow(clippy::too_many_arguments)]
    fn take(
        &mut self,
        now: Timestamp,
        policy: &Policy,
        scope: Scope,
        name: &str,
        signal: &Signal,
        sources: &BTreeSet<String>,
        of: usize,
    ) {
        match (self.open_mut(scope, name), signal) {
            (None, Signal::Fine) => {}
            (Some(incident), Signal::Fine) => {
                let since = *incident.fine_since.get_or_insert(now);
                if now.duration_since(since) >= policy.recovery {
                    incident.closed_at = Some(now);
                }
            }
            (Some(incident), Signal::Bad { code, communes }) => {
                incident.relapses += u32::from(incident.fine_since.take().is_some());
                incident.grown |= sources.iter().any(|source| !incident.sources.contains(source));
                let told = incident.told_communes;
                incident.grown |= incident.announced && *communes >= told * 2 && *communes >= told + MANY_MORE;
                incident.last_bad_at = now;
                incident.sources = sources.iter().cloned().collect();
                incident.communes = *communes;
                incident.code.clone_from(code);
            }
            (None, Signal::Bad { code, communes }) => self.incidents.push(Incident {
                id: format!("{}:{name}:{now:.0}", scope.as_str()),
                scope,
                name: name.to_owned(),
                parent: None,
                sources: sources.iter().cloned().collect(),
                of,
                communes: *communes,
                code: code.clone(),
                opened_at: now,
                last_bad_at: now,
                fine_since: None,
                closed_at: None,
                relapses: 0,
                announced: false,
                told_at: None,
                told_communes: 0,
                grown: false,
                reminders: 0,
                quiet_until: None,
            }),
        }
    }

    /// So many of its sources that cannot be reached now are the interconnect's own incident.
    fn take_interconnect(
        &mut self,
        now: Timestamp,
        policy: &Policy,
        network: &Network,
        name: &str,
        members: &BTreeSet<String>,
    ) {
        let unreachable = |i: &&Incident| i.fine_since.is_none() && trouble(&i.code) == Trouble::Unreachable;
        let hit: Vec<&Incident> =
            members.iter().filter_map(|source| self.open(Scope::Source, source)).filter(unreachable).collect();
        let quorum = network.quorum.clamp(1, members.len().max(1));
        if hit.len() >= quorum {
            let sources: BTreeSet<String> = hit.iter().map(|i| i.name.clone()).collect();
            let communes = hit.iter().map(|i| i.communes).max().unwrap_or(0);
            let code = hit.first().map(|i| i.code.clone()).unwrap_or_default();
            self.take(now, policy, Scope::Interconnect, name, &Signal::Bad { code, communes }, &sources, members.len());
        } else {
            self.take(now, policy, Scope::Interconnect, name, &Signal::Fine, &BTreeSet::new(), members.len());
        }
    }

    /// Whose cause has an incident of its own is a part of that one.
    fn adopt(&mut self, now: Timestamp, policy: &Policy, network: &Network) {
        let parent = |tracker: &Self, incident: &Incident| -> Option<String> {
            let source = match incident.scope {
                Scope::Interconnect => None,
                Scope::Source => None,
                Scope::Communes => tracker.open(Scope::Source, &incident.name),
            };
            let unreachable = incident.scope == Scope::Communes || trouble(&incident.code) == Trouble::Unreachable;
            let above = (incident.scope != Scope::Interconnect && unreachable)
                .then(|| network.interconnect_of(&incident.name))
                .flatten()
                .and_then(|name| tracker.open(Scope::Interconnect, name));
            above.or(source).map(|parent| parent.id.clone())
        };
        let parents: Vec<Option<String>> = self.incidents.iter().map(|incident| parent(self, incident)).collect();
        for (incident, parent) in self.incidents.iter_mut().zip(parents) {
            // What ends with its parent in the same instant has nothing of its own to say.
            if parent.is_some() || incident.is_open() {
                if parent.is_none() && incident.parent.is_some() && incident.scope == Scope::Communes {
                    incident.quiet_until = Some(now + policy.remind);
                }
                incident.parent = parent;
            }
        }
    }

    fn notices(&mut self, now: Timestamp, policy: &Policy, worked_on: &dyn Fn(&str) -> bool) -> Vec<Notice> {
        let mut notices = Vec::new();
        for incident in &mut self.incidents {
            if incident.parent.is_some() {
                // The parent speaks. Its end is the end of this one, too.
                incident.announced = false;
                continue;
            }
            let silent = worked_on(&incident.name) && incident.is_open();
            let paused = incident.told_at.is_some_and(|told| now.duration_since(told) < policy.pause);
            let resting = incident.quiet_until.is_some_and(|until| now < until);
            if silent || paused || resting {
                continue;
            }
            let waited = |since: Timestamp, enough: SignedDuration| now.duration_since(since) >= enough;
            let kind = match (incident.is_open(), incident.announced) {
                (true, false) if waited(incident.opened_at, policy.confirm) && incident.fine_since.is_none() => {
                    NoticeKind::Opened
                }
                // What seems to be well is waited for.
                (true, true) if incident.fine_since.is_some() => continue,
                (true, true) if incident.grown => NoticeKind::Grown,
                (true, true)
                    if incident.told_at.is_some_and(|told| waited(told, reminder(policy, incident.reminders))) =>
                {
                    NoticeKind::Still
                }
                (false, true) => NoticeKind::Recovered,
                _ => continue,
            };
            incident.told_at = Some(now);
            incident.grown = false;
            incident.told_communes = incident.communes;
            incident.reminders += u32::from(kind == NoticeKind::Still);
            incident.announced = kind != NoticeKind::Recovered;
            notices.push(Notice { kind, at: now, incident: incident.clone() });
        }
        // The larger thing first.
        notices.sort_by(|a, b| (a.incident.scope, &a.incident.name).cmp(&(b.incident.scope, &b.incident.name)));
        notices
    }
}

/// A day, two, four, and then each week.
fn reminder(policy: &Policy, reminders: u32) -> SignedDuration {
    policy.remind.saturating_mul(1 << reminders.min(8)).min(WEEK.max(policy.remind))
}

#[cfg(test)]
mod tests;
