//! `fields!`: names the fields that a plugin reads, once.

/// Makes a struct with the columns of a batch that a plugin reads.
///
/// The names and layouts are those of the data dictionary. `optional` marks a field that the
/// plugin can do without; it becomes an `Option`, `None` where the field was not granted.
///
/// The struct has one function, `of`, which gives `None` for a batch of another dataset. It finds
/// the columns once for each batch and copies none of them.
///
/// ```
/// use tridem_sdk::{Answer, Batch, Result, fields};
///
/// fields! {
///     /// What this plugin reads of each contact.
///     struct Contacts for "contacts" {
///         school: codes,
///         minutes: integers,
///         household: optional indexes,
///     }
/// }
///
/// fn push(batch: &Batch, answer: &mut Answer) -> Result<()> {
///     if let Some(contacts) = Contacts::of(batch)? {
///         answer.divide("school", contacts.school.labels());
///         let long = contacts.minutes.mask(|minutes| *minutes > 60);
///         answer.count("long-contacts", &long);
///         if let Some(household) = contacts.household {
///             answer.count("with-household", &household.present());
///         }
///     }
///     Ok(())
/// }
/// ```
///
/// A layout that does not exist is refused when the plugin is compiled:
///
/// ```compile_fail
/// tridem_sdk::fields! {
///     struct Contacts for "contacts" { school: words }
/// }
/// ```
#[macro_export]
macro_rules! fields {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident for $dataset:literal {
            $($(#[$field_meta:meta])* $field:ident: $($layout:ident)+),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        $vis struct $name<'rows> {
            $($(#[$field_meta])* $vis $field: $crate::fields!(@type 'rows $($layout)+),)+
        }

        impl<'rows> $name<'rows> {
            /// The columns of a batch; `None` for a batch of another dataset.
            ///
            /// # Errors
            ///
            /// A field was not granted, or it has another layout.
            $vis fn of(batch: &'rows $crate::Batch) -> $crate::Result<::core::option::Option<Self>> {
                if batch.dataset() != $dataset {
                    return ::core::result::Result::Ok(::core::option::Option::None);
                }
                ::core::result::Result::Ok(::core::option::Option::Some(Self {
                    $($field: $crate::fields!(@read batch $field $($layout)+),)+
                }))
            }
        }
    };
    (@type $rows:lifetime optional $layout:ident) => {
        ::core::option::Option<$crate::Column<$rows, $crate::fields!(@layout $layout)>>
    };
    (@type $rows:lifetime $layout:ident) => {
        $crate::Column<$rows, $crate::fields!(@layout $layout)>
    };
    (@read $batch:ident $field:ident optional $layout:ident) => {
        $batch.optional(::core::stringify!($field))?
    };
    (@read $batch:ident $field:ident $layout:ident) => {
        $batch.column(::core::stringify!($field))?
    };
    (@layout codes) => { $crate::Codes };
    (@layout flags) => { $crate::Flags };
    (@layout integers) => { $crate::Integers };
    (@layout longs) => { $crate::Longs };
    (@layout decimals) => { $crate::Decimals };
    (@layout sets) => { $crate::Sets };
    (@layout indexes) => { $crate::Indexes };
    (@layout keys) => { $crate::Keys };
    (@layout texts) => { $crate::Texts };
    (@layout $other:ident) => {
        ::core::compile_error!(::core::concat!(
            "`", ::core::stringify!($other), "` is no layout; use codes, flags, integers, longs, ",
            "decimals, sets, indexes, keys or texts"
        ))
    };
}
