//! Which processor features the hot code is compiled for, picked at run time.

use std::sync::OnceLock;

/// A level of vector instructions. Every level gives the same bits; wider is only faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What every processor of the architecture has.
    Baseline,
    /// 256-bit vectors.
    Avx2,
    /// 512-bit vectors.
    Avx512,
}

impl Level {
    /// All levels that this processor has, slowest first.
    pub fn available() -> &'static [Level] {
        static LEVELS: OnceLock<Vec<Level>> = OnceLock::new();
        LEVELS.get_or_init(|| {
            let mut levels = vec![Level::Baseline];
            #[cfg(target_arch = "x86_64")]
            {
                if is_x86_feature_detected!("avx2") {
                    levels.push(Level::Avx2);
                    let wide = is_x86_feature_detected!("avx512f")
                        && is_x86_feature_detected!("avx512bw")
                        && is_x86_feature_detected!("avx512cd")
                        && is_x86_feature_detected!("avx512dq")
                        && is_x86_feature_detected!("avx512vl");
                    if wide {
                        levels.push(Level::Avx512);
                    }
                }
            }
            levels
        })
    }

    /// The widest that this processor has.
    pub fn best() -> Level {
        Self::available().last().copied().unwrap_or(Level::Baseline)
    }
}

/// A level that this processor has. Only [`Detected::from`] makes one, after it has looked: that is the proof which calls of
/// functions compiled for a level rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected(Level);

impl From<Level> for Detected {
    /// The level asked for, or the widest that the processor has if that is less.
    fn from(level: Level) -> Self {
        Self(level.min(Level::best()))
    }
}

impl Detected {
    /// The level.
    #[inline(always)]
    pub fn level(self) -> Level {
        self.0
    }
}

/// Defines a function whose body is compiled once for each level, and which runs the one that it is told. What the body
/// calls must be `#[inline(always)]`, or it is compiled for the baseline.
///
/// `multiversion` makes such dispatchers too, but none that a test can force to a level.
macro_rules! at_each_level {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident $(<$(const $constant:ident: $kind:ty),+>)?
        ($($argument:ident: $type:ty),* $(,)?) $(-> $returned:ty)? $body:block
    )+) => {$(
        $(#[$attribute])*
        #[allow(unsafe_code)]
        $visibility fn $name $(<$(const $constant: $kind),+>)? (
            level: $crate::processor::Detected, $($argument: $type),*
        ) $(-> $returned)? {
            #[inline(always)]
            fn body $(<$(const $constant: $kind),+>)? ($($argument: $type),*) $(-> $returned)? $body

            // Not a part of its caller: there the compiler would make less of it.
            #[inline(never)]
            fn baseline $(<$(const $constant: $kind),+>)? ($($argument: $type),*) $(-> $returned)? {
                body $(::<$($constant),+>)? ($($argument),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2")]
            fn avx512 $(<$(const $constant: $kind),+>)? ($($argument: $type),*) $(-> $returned)? {
                body $(::<$($constant),+>)? ($($argument),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2 $(<$(const $constant: $kind),+>)? ($($argument: $type),*) $(-> $returned)? {
                body $(::<$($constant),+>)? ($($argument),*)
            }

            match level.level() {
                // SAFETY: a `Detected` is never wider than `Level::best`, which is only reached after every feature that
                // the function enables was found on this processor.
                #[cfg(target_arch = "x86_64")]
                $crate::processor::Level::Avx512 => unsafe { avx512 $(::<$($constant),+>)? ($($argument),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::processor::Level::Avx2 => unsafe { avx2 $(::<$($constant),+>)? ($($argument),*) },
                _ => baseline $(::<$($constant),+>)? ($($argument),*),
            }
        }
    )+};
}
pub(crate) use at_each_level;
