//! What scenarios read and write of the contest.

/// What the rules of a side may write in its areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// `garrison`: extra strength placed there.
    Garrison,
    /// `supply`: how well supplied, 0 to 1.
    Supply,
    /// `fire`: air and artillery fire.
    Fire,
}

/// What the contest keeps for an area and a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SideValue {
    /// `posts`: posts held.
    Posts,
    /// `threat`: the hostile share of the strength that acts there.
    Threat,
    /// `cut_off`: 1 or 0.
    CutOff,
}

/// What the contest keeps for an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaValue {
    /// `holder`: who holds most posts.
    Holder,
    /// `town_holder`: who holds the towns.
    TownHolder,
    /// `ruined`: posts destroyed or abandoned.
    Ruined,
    /// `fighting`: whether posts were attacked in the last tick.
    Fighting,
}
