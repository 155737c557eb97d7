//! A Pratt parser: tokens to trees.
//!
//! Every way down is counted. `ancestors` counts the forms that wait for the operand being read, each of which will
//! stand above it in the tree; `open` holds the brackets. Both are at most [`MAX_DEPTH`], so the parser's own stack is
//! bounded, and every tree is at most [`MAX_DEPTH`] high, so whoever walks one may recurse.

use super::complaint;
use super::lexer::{self, Token, TokenKind};
use super::syntax::{BinaryOp, Binding, Comparison, Expr, ExprKind, Ident, SyntaxError, TextSpan};
use super::words::{self, Level};

/// The longest text that is read, in bytes.
pub const MAX_TEXT_BYTES: usize = 16_384;
/// The highest tree, in levels, and the most brackets that may be open at once.
pub const MAX_DEPTH: usize = 128;
/// The most [`Expr`]s of one tree.
pub const MAX_NODES: usize = 4_096;

/// Reads a whole text as one expression.
///
/// # Errors
/// The first mistake from the left, as a sentence with its place and, where there is an obvious one, a remedy.
///
/// ```
/// use entente::language::parse_expression;
/// let tree = parse_expression("trust > patience and support[regime] > 0.2").unwrap();
/// assert_eq!(tree.to_string(), "trust > patience and support[regime] > 0.2");
/// assert_eq!(parse_expression("trust = 1").unwrap_err().help.as_deref(), Some("write `==` to compare"));
/// ```
pub fn parse_expression(text: &str) -> Result<Expr, SyntaxError> {
    Parser::read(text, |parser| {
        let part = parser.nested(Level::Or)?;
        parser.finish()?;
        Ok(part.expr)
    })
}

/// Reads `x in group` or `x in group where condition`, as after `for:`.
///
/// # Errors
/// As [`parse_expression`].
pub fn parse_binding(text: &str) -> Result<Binding, SyntaxError> {
    Parser::read(text, Parser::whole_binding)
}

/// Reads `each x in group` or `each x in group where condition`, as after `at:`. The binding's span leaves `each` out.
///
/// # Errors
/// As [`parse_expression`]; also when `each` is missing.
pub fn parse_each(text: &str) -> Result<Binding, SyntaxError> {
    Parser::read(text, |parser| {
        let first = parser.peek();
        if !is_word(&first, "each") {
            return Err(SyntaxError::at(first.span, "`each` must stand first", "no `each`")
                .help("write `each a in areas where condition`"));
        }
        parser.advance();
        parser.whole_binding()
    })
}

/// A tree and its height.
struct Part {
    expr: Expr,
    height: usize,
}

type Parsed = Result<Part, SyntaxError>;

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    end: Token<'t>,
    position: usize,
    ancestors: usize,
    nodes: usize,
    open: Vec<Token<'t>>,
}

fn is_word(token: &Token, word: &str) -> bool {
    token.kind == TokenKind::Word && token.text == word
}

impl<'t> Parser<'t> {
    /// Checks the text's bounds, runs a reader over it, and prefers the lexer's error where the tokens end with one.
    fn read<T>(text: &'t str, reader: impl FnOnce(&mut Self) -> Result<T, SyntaxError>) -> Result<T, SyntaxError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(complaint::too_long(MAX_TEXT_BYTES));
        }
        let lexer::Tokens { list, end, error } = lexer::tokens(text);
        if list.is_empty() {
            return Err(error.unwrap_or_else(|| complaint::empty(text)));
        }
        let mut parser = Parser { tokens: list, end, position: 0, ancestors: 0, nodes: 0, open: Vec::new() };
        let result = reader(&mut parser);
        match error {
            Some(error) if parser.position >= parser.tokens.len() => Err(error),
            _ => result,
        }
    }

    fn peek(&self) -> Token<'t> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Token<'t> {
        self.tokens.get(self.position + ahead).copied().unwrap_or(self.end)
    }

    fn previous(&self) -> Option<&Token<'t>> {
        self.tokens.get(self.position.checked_sub(1)?)
    }

    fn advance(&mut self) -> Token<'t> {
        let token = self.peek();
        self.position = (self.position + 1).min(self.tokens.len());
        token
    }

    fn finish(&self) -> Result<(), SyntaxError> {
        if self.peek().kind == TokenKind::End { Ok(()) } else { Err(self.not_joined()) }
    }

    fn not_joined(&self) -> SyntaxError {
        complaint::not_joined(self.previous(), &self.peek(), self.open.last())
    }

    fn missing_value(&self) -> SyntaxError {
        complaint::missing_value(self.previous(), &self.peek(), self.open.last())
    }

    /// Makes a node over parts of which the highest has the height `below`.
    fn node(&mut self, kind: ExprKind, span: TextSpan, below: usize) -> Parsed {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(complaint::too_many(span, MAX_NODES));
        }
        if below >= MAX_DEPTH {
            return Err(complaint::too_deep(span, MAX_DEPTH));
        }
        Ok(Part { expr: Expr { kind, span }, height: below + 1 })
    }

    /// Reads an operand of a form that is not made yet.
    fn nested(&mut self, floor: Level) -> Parsed {
        if self.ancestors >= MAX_DEPTH {
            return Err(complaint::too_deep(self.peek().span, MAX_DEPTH));
        }
        self.ancestors += 1;
        let part = self.expression(floor)?;
        self.ancestors -= 1;
        Ok(part)
    }

    /// Reads an expression of forms that bind at least as tightly as `floor`.
    fn expression(&mut self, floor: Level) -> Parsed {
        let mut left = self.prefix(floor)?;
        loop {
            let token = self.peek();
            left = if let Some(op) = binary_op(token.kind).filter(|op| words::binary_level(*op) >= floor) {
                self.advance();
                let right = self.nested(words::operand_levels(op).1)?;
                self.join(left, right, |l, r| ExprKind::Binary(op, l, r))?
            } else if compare_op(token.kind).is_some() && Level::Compare >= floor {
                self.chain(left)?
            } else if is_word(&token, "and") && Level::And >= floor {
                self.advance();
                let right = self.nested(Level::Not)?;
                self.join(left, right, ExprKind::And)?
            } else if is_word(&token, "or") && Level::Or >= floor {
                self.advance();
                let right = self.nested(Level::And)?;
                self.join(left, right, ExprKind::Or)?
            } else {
                return Ok(left);
            };
        }
    }

    fn join(&mut self, left: Part, right: Part, make: impl FnOnce(Box<Expr>, Box<Expr>) -> ExprKind) -> Parsed {
        let span = TextSpan { start: left.expr.span.start, end: right.expr.span.end };
        let below = left.height.max(right.height);
        self.node(make(Box::new(left.expr), Box::new(right.expr)), span, below)
    }

    /// Reads the comparisons that follow a first operand.
    fn chain(&mut self, first: Part) -> Parsed {
        let mut below = first.height;
        let mut span = first.expr.span;
        let mut rest = Vec::new();
        while let Some(op) = compare_op(self.peek().kind) {
            let sign = self.advance().span;
            let operand = self.nested(Level::Sum)?;
            below = below.max(operand.height);
            span.end = operand.expr.span.end;
            rest.push((op, sign, operand.expr));
        }
        self.node(ExprKind::Compare(Box::new(first.expr), rest), span, below)
    }

    /// Reads `not x`, `-x`, or a value and its parts.
    fn prefix(&mut self, floor: Level) -> Parsed {
        let token = self.peek();
        let (level, make): (_, fn(Box<Expr>) -> ExprKind) = if token.kind == TokenKind::Minus {
            (Level::Negate, ExprKind::Negate)
        } else if is_word(&token, "not") {
            (Level::Not, ExprKind::Not)
        } else {
            return self.parts();
        };
        // `a == not b` reads in two ways, so it must say which. The floor never forbids a minus sign.
        if level < floor {
            return Err(complaint::misplaced_word(&token));
        }
        self.advance();
        let operand = self.nested(level)?;
        let span = TextSpan { start: token.span.start, end: operand.expr.span.end };
        self.node(make(Box::new(operand.expr)), span, operand.height)
    }

    /// Reads a value and what follows it tightly: `.name` and `[a, b]`.
    fn parts(&mut self) -> Parsed {
        let mut whole = self.value()?;
        loop {
            let start = whole.expr.span.start;
            match self.peek().kind {
                TokenKind::Dot => {
                    self.advance();
                    let name = self.name()?;
                    let span = TextSpan { start, end: name.span.end };
                    whole = self.node(ExprKind::Member(Box::new(whole.expr), name), span, whole.height)?;
                }
                TokenKind::OpenSquare => {
                    self.open_bracket()?;
                    let (places, below) = self.list(TokenKind::CloseSquare)?;
                    let span = TextSpan { start, end: self.close_bracket(TokenKind::CloseSquare)?.span.end };
                    let below = below.max(whole.height);
                    whole = self.node(ExprKind::Index(Box::new(whole.expr), places), span, below)?;
                }
                TokenKind::OpenParen if matches!(whole.expr.kind, ExprKind::Member(..) | ExprKind::Index(..)) => {
                    return Err(complaint::only_names_are_called(&self.peek()));
                }
                _ => return Ok(whole),
            }
        }
    }

    fn value(&mut self) -> Parsed {
        let token = self.peek();
        match token.kind {
            TokenKind::Number(number) => {
                self.advance();
                self.number(number, token)
            }
            TokenKind::Date(days) => {
                self.advance();
                self.node(ExprKind::Date(days), token.span, 0)
            }
            TokenKind::Word => self.word(token),
            TokenKind::OpenParen => {
                self.open_bracket()?;
                let mut inner = self.expression(Level::Or)?;
                let close = self.close_bracket(TokenKind::CloseParen)?;
                inner.expr.span = TextSpan { start: token.span.start, end: close.span.end };
                Ok(inner)
            }
            _ => Err(self.missing_value()),
        }
    }

    /// Reads what may follow a number: a unit, which makes it a duration.
    fn number(&mut self, number: f64, token: Token<'t>) -> Parsed {
        let next = self.peek();
        if next.kind == TokenKind::Word {
            if let Some(unit) = words::unit(next.text) {
                self.advance();
                let span = TextSpan { start: token.span.start, end: next.span.end };
                return self.node(ExprKind::Duration(number, unit), span, 0);
            }
            if !words::is_reserved(next.text) {
                return Err(complaint::number_then_word(&token, &next));
            }
        }
        self.node(ExprKind::Number(number), token.span, 0)
    }

    fn word(&mut self, token: Token<'t>) -> Parsed {
        let called = self.peek_at(1).kind == TokenKind::OpenParen;
        let kind = match token.text {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "if" if called => return self.call(token),
            text if words::over_op(text).is_some() && called => return self.call(token),
            text => match (words::single_unit(text), words::unit(text)) {
                (Some(unit), _) => ExprKind::Duration(1.0, unit),
                (None, Some(_)) => return Err(complaint::plural_unit(&token)),
                (None, None) if words::is_reserved(text) => return Err(self.missing_value()),
                (None, None) if called => return self.call(token),
                (None, None) => ExprKind::Name(text.to_owned()),
            },
        };
        self.advance();
        self.node(kind, token.span, 0)
    }

    /// Reads `name(a, b)` or `name(x in group where condition, value)`.
    fn call(&mut self, name: Token<'t>) -> Parsed {
        self.advance();
        self.open_bracket()?;
        let op = words::over_op(name.text);
        let over = self.peek().kind == TokenKind::Word && is_word(&self.peek_at(1), "in");
        let start = name.span.start;
        match op {
            Some(op) if over => {
                let (binding, filter) = self.binding()?;
                let body = self.body(&name)?;
                let span = TextSpan { start, end: self.close_bracket(TokenKind::CloseParen)?.span.end };
                let (binding, below) = (Box::new(binding), filter.max(body.height));
                self.node(ExprKind::Over { op, binding, body: Box::new(body.expr) }, span, below)
            }
            None if over => Err(complaint::not_over(&name)),
            Some(_) if !matches!(name.text, "min" | "max") => Err(complaint::only_over(&name)),
            _ => {
                let empty = self.peek().kind == TokenKind::CloseParen;
                let (arguments, below) = if empty { (Vec::new(), 0) } else { self.list(TokenKind::CloseParen)? };
                let span = TextSpan { start, end: self.close_bracket(TokenKind::CloseParen)?.span.end };
                let name = Ident { name: name.text.to_owned(), span: name.span };
                self.node(ExprKind::Call(name, arguments), span, below)
            }
        }
    }

    /// Reads the comma and the value after a binding inside a function.
    fn body(&mut self, function: &Token<'t>) -> Parsed {
        match self.peek().kind {
            TokenKind::Comma => self.advance(),
            TokenKind::CloseParen => return Err(complaint::missing_body(function, &self.peek())),
            _ => return Err(self.not_joined()),
        };
        let body = self.nested(Level::Or)?;
        if self.peek().kind == TokenKind::Comma {
            return Err(complaint::second_body(function, &self.peek()));
        }
        Ok(body)
    }

    /// Reads one or more expressions with commas between them; also tells the greatest height.
    fn list(&mut self, close: TokenKind) -> Result<(Vec<Expr>, usize), SyntaxError> {
        let mut items = Vec::new();
        let mut below = 0;
        loop {
            let item = self.nested(Level::Or)?;
            below = below.max(item.height);
            items.push(item.expr);
            match self.peek().kind {
                TokenKind::Comma => self.advance(),
                kind if kind == close => return Ok((items, below)),
                _ => return Err(self.not_joined()),
            };
        }
    }

    /// Reads `x in group where condition`; also tells the height of the condition.
    fn binding(&mut self) -> Result<(Binding, usize), SyntaxError> {
        let first = self.peek();
        let variable = self.name()?;
        if !is_word(&self.peek(), "in") {
            return Err(complaint::missing_in(&self.peek(), &first));
        }
        self.advance();
        let domain = self.name()?;
        let mut span = TextSpan { start: variable.span.start, end: domain.span.end };
        if !is_word(&self.peek(), "where") {
            return Ok((Binding { variable, domain, filter: None, span }, 0));
        }
        self.advance();
        let filter = self.nested(Level::Or)?;
        span.end = filter.expr.span.end;
        Ok((Binding { variable, domain, filter: Some(filter.expr), span }, filter.height))
    }

    fn whole_binding(&mut self) -> Result<Binding, SyntaxError> {
        let (binding, _) = self.binding()?;
        if binding.filter.is_none() && self.peek().kind != TokenKind::End {
            return Err(complaint::after_binding(&self.peek()));
        }
        self.finish()?;
        Ok(binding)
    }

    fn name(&mut self) -> Result<Ident, SyntaxError> {
        let token = self.peek();
        if token.kind != TokenKind::Word {
            return Err(complaint::missing_name(self.previous(), &token));
        }
        if words::is_reserved(token.text) {
            return Err(complaint::reserved(&token));
        }
        self.advance();
        Ok(Ident { name: token.text.to_owned(), span: token.span })
    }

    fn open_bracket(&mut self) -> Result<(), SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(complaint::too_deep(self.peek().span, MAX_DEPTH));
        }
        let token = self.advance();
        self.open.push(token);
        Ok(())
    }

    fn close_bracket(&mut self, kind: TokenKind) -> Result<Token<'t>, SyntaxError> {
        if self.peek().kind != kind {
            return Err(self.not_joined());
        }
        self.open.pop();
        Ok(self.advance())
    }
}

fn binary_op(kind: TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        TokenKind::Plus => BinaryOp::Add,
        TokenKind::Minus => BinaryOp::Sub,
        TokenKind::Star => BinaryOp::Mul,
        TokenKind::Slash => BinaryOp::Div,
        TokenKind::Caret => BinaryOp::Pow,
        _ => return None,
    })
}

fn compare_op(kind: TokenKind) -> Option<Comparison> {
    Some(match kind {
        TokenKind::Less => Comparison::Lt,
        TokenKind::LessEqual => Comparison::Le,
        TokenKind::Greater => Comparison::Gt,
        TokenKind::GreaterEqual => Comparison::Ge,
        TokenKind::Equal => Comparison::Eq,
        TokenKind::NotEqual => Comparison::Ne,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;
