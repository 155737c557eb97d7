//! The territory: areas, their neighbours, the sides that fight over them, and the scenario's own equations.

use super::{BASIS, BECAUSE, CHANGE, Form, Key, Kind, NOTES, Need, SET, TITLE, WITHIN};
use crate::world::contest::{Parameter, SideParameter, Specification};

/// The territory.
pub static TERRITORY: Form = Form::new(
    "territory",
    "The map: areas and who borders whom; and the built-in contest over them, or the scenario's own equations.",
    &[&[
        Key::new(
            "areas",
            Kind::Any(&[Kind::File, Kind::List(&Kind::Name), Kind::Named(&Kind::Named(&Kind::Cell))]),
            "A table with a row an area: `name`, and columns that expressions read as `a.column`. The contest knows `posts` (or \
             `posts_<side>`), `towns`, `population`, `held_by`, `town_held_by` and `base`; maps know `lon` and `lat`. Or the \
             same here, as a map of names to columns.",
        )
        .required(),
        Key::new(
            "neighbours",
            Kind::Any(&[Kind::File, Kind::List(&Kind::Pair(&Kind::Name))]),
            "Who borders whom: a table with the columns `a` and `b`, or pairs `[[north, south]]`. Either order.",
        ),
        Key::new(
            "places",
            Kind::Named(&Kind::File),
            "Tables of named things that lie in areas, such as `crossing: crossings.csv`: `name`, `area` and facts. How many lie in \
             an area is its column `crossing`, the sum of their column `x` is `crossing_x`.",
        ),
        Key::new(
            "state",
            Kind::Named(&Kind::Any(&[Kind::Expression, Kind::Map(&AREA_STATE)])),
            "Numbers that the scenario keeps for each area, by name.",
        ),
        Key::new("each_tick", Kind::Map(&EQUATIONS), "The scenario's own equations for the states of areas."),
        Key::new("sides", Kind::Map(&SIDES), "Who fights in the built-in contest, and how."),
        Key::new("between", Kind::Name, "The tie that says who fights whom and how hard; it must stay within `[0, 1]`."),
        Key::new("contest", Kind::Map(&CONTEST), "The parameters of the built-in contest; each has a default."),
        TITLE,
        BECAUSE,
        BASIS,
    ]],
)
.needing(&[Need::With("sides", "between"), Need::With("between", "sides"), Need::With("contest", "sides")]);

/// A state of areas.
pub static AREA_STATE: Form = Form::new(
    "area_state",
    "A number that is kept for each area. A plain number, expression or column is its start.",
    &[
        &[
            Key::new(
                "start",
                Kind::Any(&[Kind::Expression, Kind::Named(&Kind::Number)]),
                "Its value at tick 0: a number, an expression of the area, a column's name, or a map with a number for each area.",
            )
            .required(),
            WITHIN,
        ],
        NOTES,
    ],
);

/// The equations of areas.
pub static EQUATIONS: Form = Form::new(
    "equations",
    "What becomes of the states of areas every tick, after the contest. `a` is the area; all areas and states change at once.",
    &[&[SET, CHANGE, BECAUSE]],
);

/// The sides.
pub static SIDES: Form = Form {
    names: Some(Kind::Map(&SIDE)),
    ..Form::new("sides", "The actors that fight, in order.", &[&[BECAUSE, BASIS]])
};

/// A side.
pub static SIDE: Form = Form::new(
    "side",
    "How an actor fights in the built-in contest.",
    &[
        &[
            Key::new("force", Kind::Name, "The state that is its armed strength; losses are taken from it.").required(),
            Key::new("stock", Kind::Name, "The state that captured stock is added to."),
            Key::new(
                "prefer",
                Kind::Expression,
                "How much it wants its mobile reserve in an area `a`: `3 * a.crossing + a.towns`. 1 if nothing is said.",
            ),
            Key::new(
                "theatre",
                Kind::Condition,
                "Where it can ever hold or attack, from the areas' table: `a.north > 0`. Everywhere if nothing is said.",
            ),
            Key::new(
                "posts",
                Kind::Expression,
                "The posts that it is expected to hold in an area `a` at the start, drawn anew in each run and rounded at random. \
                 Without it the table's `posts_<side>`, or `posts` of the holder.",
            ),
        ],
        &OF_SIDES,
        NOTES,
    ],
);

/// The contest's parameters.
pub static CONTEST: Form = Form::new(
    "contest",
    "The parameters of the built-in contest; what is not said keeps its default.",
    &[&OF_ALL, NOTES],
);

/// A parameter with its reason.
pub static PARAMETER: Form = Form::new(
    "parameter",
    "A parameter of the contest with its reason. A plain number or expression is its value.",
    &[&[Key::new("value", Kind::Expression, "Its value.").required()], NOTES],
);

const OF_SIDES: [Key; SideParameter::COUNT] = keys(SideParameter::SPECIFICATIONS);
const OF_ALL: [Key; Parameter::COUNT] = keys(Parameter::SPECIFICATIONS);

/// A key for each parameter. It is worked out while the program is compiled, which a wrong place would end.
#[allow(clippy::indexing_slicing)]
const fn keys<const N: usize>(specifications: &'static [Specification]) -> [Key; N] {
    let mut keys = [const { Key::new("", Kind::Expression, "") }; N];
    let mut i = 0;
    while i < N {
        let about = &specifications[i];
        keys[i] = Key::new(about.name, Kind::Parameter(about), about.meaning);
        i += 1;
    }
    keys
}
