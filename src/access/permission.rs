//! What each role may do. What does not stand here is refused.

use store::Scope;
use store::ledger::Role;

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Look at a citizen or case, and at the morning's list.
    Check,
    /// Look at a citizen of another commune, with a reason.
    LookOutside,
    /// Say who is right about a finding.
    Decide,
    /// The same where the finding stops a case.
    DecideStop,
    /// Draft a correction request, hand something up, print a slip.
    Draft,
    /// Send, withdraw and close correction requests.
    SendCorrection,
    /// Answer what communes handed up.
    AnswerEscalation,
    /// Make, invite, disable accounts; make and revoke keys.
    ManageAccounts,
    /// Look at the health of communes and sources: nothing of any citizen is in it.
    SeeHealth,
    /// Say what a commune has of what it needs.
    FillReadiness,
    /// Say that the province has seen it.
    SignOffReadiness,
    /// Look at runs and their log.
    SeeRuns,
    /// Start, resume and stop nights, and download what could not be read.
    RunNights,
}

impl Permission {
    pub const ALL: [Self; 13] = [
        Self::Check,
        Self::LookOutside,
        Self::Decide,
        Self::DecideStop,
        Self::Draft,
        Self::SendCorrection,
        Self::AnswerEscalation,
        Self::ManageAccounts,
        Self::SeeHealth,
        Self::FillReadiness,
        Self::SignOffReadiness,
        Self::SeeRuns,
        Self::RunNights,
    ];
}

/// IT staff see no citizen; the province answers and sees, and decides nothing for a commune.
pub fn may(role: Role, permission: Permission) -> bool {
    use Permission as P;
    match role {
        Role::Clerk => matches!(permission, P::Check | P::LookOutside | P::Decide | P::Draft | P::SeeHealth),
        Role::Reviewer => matches!(
            permission,
            P::Check | P::LookOutside | P::Decide | P::DecideStop | P::Draft | P::SendCorrection | P::SeeHealth
        ),
        Role::CommuneLead => permission == P::FillReadiness || may(Role::Reviewer, permission),
        Role::Province => matches!(
            permission,
            P::Check | P::LookOutside | P::AnswerEscalation | P::SeeHealth | P::SignOffReadiness | P::SeeRuns
        ),
        Role::It => matches!(permission, P::ManageAccounts | P::SeeHealth | P::SeeRuns | P::RunNights),
    }
}

/// What a key may let a program do.
pub const KEY_SCOPES: [&str; 4] = ["check", "morning", "decide", "health"];

/// Somebody who acts: a person, or a program with a key.
#[derive(Clone)]
pub struct Actor {
    /// In logs: the login, or `key:` and the key's id. Never a personal number.
    pub name: String,
    pub role: Role,
    pub scope: Scope,
}

impl Actor {
    pub fn may(&self, permission: Permission) -> bool {
        may(self.role, permission)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_who_makes_accounts_sees_citizens() {
        for role in Role::ALL {
            assert!(!(may(role, Permission::ManageAccounts) && may(role, Permission::Check)), "{role:?}");
        }
    }

    #[test]
    fn every_permission_is_somebodys() {
        for permission in Permission::ALL {
            assert!(Role::ALL.into_iter().any(|role| may(role, permission)), "{permission:?}");
        }
    }

    #[test]
    fn a_clerk_does_not_wave_through_what_stops_a_case() {
        assert!(!may(Role::Clerk, Permission::DecideStop));
        assert!(!may(Role::Clerk, Permission::SendCorrection));
    }
}
