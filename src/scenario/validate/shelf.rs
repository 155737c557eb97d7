//! What was worked out for one variant of a scenario and is the same for the others, mostly: it is kept with what it was
//! worked out of, and taken only where that is the same again.

use crate::language::parse_expression;
use crate::language::syntax::{Expr, SyntaxError};
use crate::scenario::tables::KnownTables;
use crate::world::contest::{Ground, GroundError, Plan};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How many bytes of expressions are kept: many times what a large case study has.
const MOST_KEPT: usize = 256 * 1024;

/// What may be used again.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Shelf {
    /// Tables as they were read.
    pub(super) tables: KnownTables,
    /// Expressions by their texts. Even a single variant has the same for each member of a `for`.
    expressions: HashMap<String, Rc<Expr>>,
    kept: usize,
    ground: Option<(Plan, Arc<Ground>)>,
}

impl Shelf {
    /// An expression of this text.
    ///
    /// # Errors
    /// As [`parse_expression`].
    pub(super) fn expression(&mut self, text: &str) -> Result<Rc<Expr>, SyntaxError> {
        if let Some(known) = self.expressions.get(text) {
            return Ok(Rc::clone(known));
        }
        let expression = Rc::new(parse_expression(text)?);
        if text.len() <= MOST_KEPT - self.kept {
            self.kept += text.len();
            self.expressions.insert(text.to_owned(), Rc::clone(&expression));
        }
        Ok(expression)
    }

    /// The ground of a contest of this plan.
    ///
    /// # Errors
    /// As [`Ground::new`].
    pub(super) fn ground(&mut self, plan: Plan) -> Result<Arc<Ground>, GroundError> {
        if let Some((known, ground)) = &self.ground
            && *known == plan
        {
            return Ok(Arc::clone(ground));
        }
        let ground = Arc::new(Ground::new(&plan)?);
        self.ground = Some((plan, Arc::clone(&ground)));
        Ok(ground)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::contest::Place;

    #[test]
    fn equal_texts_are_parsed_once_until_there_are_too_many() {
        let mut shelf = Shelf::default();
        let first = shelf.expression("a + 1").unwrap();
        assert!(Rc::ptr_eq(&first, &shelf.expression("a + 1").unwrap()));
        assert!(!Rc::ptr_eq(&first, &shelf.expression("a +  1").unwrap()));
        let complaint = |shelf: &mut Shelf| format!("{:?}", shelf.expression("a +").unwrap_err());
        assert_eq!(complaint(&mut shelf), complaint(&mut shelf));
        let mut is_kept = |number: usize| {
            let long = format!("a{number}{}", " ".repeat(16_000));
            let parsed = shelf.expression(&long).unwrap();
            Rc::ptr_eq(&parsed, &shelf.expression(&long).unwrap())
        };
        let kept: Vec<bool> = (0..=MOST_KEPT / 16_000).map(&mut is_kept).collect();
        assert_eq!((kept.first(), kept.last()), (Some(&true), Some(&false)));
        assert!(Rc::ptr_eq(&first, &shelf.expression("a + 1").unwrap()));
    }

    #[test]
    fn a_ground_is_taken_only_for_the_same_plan() {
        let plan = |posts| Plan {
            sides: 1,
            places: vec![Place { area: 0, side: 0, posts }],
            neighbours: Vec::new(),
            base: vec![None],
            towns: vec![1.0],
            population: vec![1.0],
            holder: vec![0],
            town_holder: vec![0],
        };
        let mut shelf = Shelf::default();
        let ground = shelf.ground(plan(2.0)).unwrap();
        assert!(Arc::ptr_eq(&ground, &shelf.ground(plan(2.0)).unwrap()));
        assert_eq!(*shelf.ground(plan(3.0)).unwrap(), Ground::new(&plan(3.0)).unwrap());
        assert_eq!(*ground, *shelf.ground(plan(2.0)).unwrap());
    }
}
