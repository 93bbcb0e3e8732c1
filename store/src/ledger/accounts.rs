//! Accounts of people: who they are, what they may, and whether they may come in.

use super::{instant, parse_instant};
use crate::Scope;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::{Postgres, Sqlite};

/// What somebody is in the program. What each may do is the program's matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Clerk,
    Reviewer,
    CommuneLead,
    It,
    Province,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Clerk, Self::Reviewer, Self::CommuneLead, Self::It, Self::Province];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Reviewer => "reviewer",
            Self::CommuneLead => "commune_lead",
            Self::It => "it",
            Self::Province => "province",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub account_id: String,
    /// Lower case.
    pub login: String,
    pub display_name: String,
    pub role: Role,
    pub scope: Scope,
    /// A PHC string; `None`: no password was set.
    pub password_hash: Option<String>,
    /// `issuer|subject` of an OpenID provider.
    pub subject: Option<String>,
    pub disabled: bool,
    /// Wrong passwords since the last right one.
    pub failures: u32,
    pub locked_until: Option<Timestamp>,
    /// The last time.
    pub signed_in_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

pub trait AccountLedger: Send + Sync {
    /// `Conflict` where the login or the subject is taken.
    fn create_account<'a>(&'a self, account: &'a Account) -> BoxFuture<'a, Result<()>>;
    /// All, by login.
    fn accounts(&self) -> BoxFuture<'_, Result<Vec<Account>>>;
    fn account<'a>(&'a self, account_id: &'a str) -> BoxFuture<'a, Result<Option<Account>>>;
    fn account_by_login<'a>(&'a self, login: &'a str) -> BoxFuture<'a, Result<Option<Account>>>;
    fn account_by_subject<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Option<Account>>>;
    /// Also unlocks.
    fn set_password<'a>(&'a self, account_id: &'a str, hash: &'a str) -> BoxFuture<'a, Result<()>>;
    /// Once: `Conflict` where the account has a subject already, or the subject an account.
    fn bind_subject<'a>(&'a self, account_id: &'a str, subject: &'a str) -> BoxFuture<'a, Result<()>>;
    fn set_role<'a>(&'a self, account_id: &'a str, role: Role, scope: &'a Scope) -> BoxFuture<'a, Result<()>>;
    fn set_disabled<'a>(&'a self, account_id: &'a str, disabled: bool) -> BoxFuture<'a, Result<()>>;
    /// Counts a wrong password in one statement, so that guesses at once all count; answers how
    /// many there are now.
    fn count_failure<'a>(&'a self, account_id: &'a str) -> BoxFuture<'a, Result<u32>>;
    fn lock_account<'a>(&'a self, account_id: &'a str, until: Timestamp) -> BoxFuture<'a, Result<()>>;
    fn clear_failures<'a>(&'a self, account_id: &'a str) -> BoxFuture<'a, Result<()>>;
    /// Somebody came in: also clears failures.
    fn note_sign_in<'a>(&'a self, account_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>>;
}

type Columns = (
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    i64,
    i64,
    Option<String>,
    Option<String>,
    String,
);

fn account(row: Columns) -> Result<Account> {
    let (
        account_id,
        login,
        display_name,
        role,
        communes,
        password_hash,
        subject,
        disabled,
        failures,
        locked,
        seen,
        created,
    ) = row;
    Ok(Account {
        account_id,
        login,
        display_name,
        role: Role::parse(&role).ok_or(StoreError::Corrupt { what: "role of an account" })?,
        scope: Scope::parse(&communes),
        password_hash,
        subject,
        disabled: disabled != 0,
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        locked_until: locked.as_deref().map(parse_instant).transpose()?,
        signed_in_at: seen.as_deref().map(parse_instant).transpose()?,
        created_at: parse_instant(&created)?,
    })
}

fn found(changed: u64) -> Result<()> {
    match changed {
        0 => Err(StoreError::NotFound { what: "account".into() }),
        _ => Ok(()),
    }
}

const SELECT: &str = "SELECT account_id, login, display_name, role, communes, password_hash, subject, disabled,
                             failures, locked_until, signed_in_at, created_at FROM accounts";

macro_rules! account_ledger {
    ($ledger:ty, $database:ty) => {
        impl $ledger {
            async fn one_account(&self, column: &'static str, value: &str) -> Result<Option<Account>> {
                let mut builder = sqlx::QueryBuilder::<$database>::new(SELECT);
                builder.push(" WHERE ").push(column).push(" = ").push_bind(value.to_owned());
                let row: Option<Columns> = builder
                    .build_query_as()
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading an account"))?;
                row.map(account).transpose()
            }

            async fn change_account(&self, set: &'static str, account_id: &str, value: Option<String>) -> Result<()> {
                let mut builder = sqlx::QueryBuilder::<$database>::new("UPDATE accounts SET ");
                builder.push(set);
                if let Some(value) = value {
                    builder.push(" = ").push_bind(value);
                }
                builder.push(" WHERE account_id = ").push_bind(account_id.to_owned());
                let changed =
                    builder.build().execute(&self.pool).await.map_err(StoreError::sql("changing an account"))?;
                found(changed.rows_affected())
            }
        }

        impl AccountLedger for $ledger {
            fn create_account<'a>(&'a self, account: &'a Account) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let made = sqlx::query(
                        "INSERT INTO accounts (account_id, login, display_name, role, communes, password_hash, subject,
                                               created_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                    )
                    .bind(&account.account_id)
                    .bind(&account.login)
                    .bind(&account.display_name)
                    .bind(account.role.as_str())
                    .bind(account.scope.to_text())
                    .bind(&account.password_hash)
                    .bind(&account.subject)
                    .bind(instant(account.created_at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("making an account"))?;
                    match made.rows_affected() {
                        0 => Err(StoreError::Conflict { what: "account" }),
                        _ => Ok(()),
                    }
                })
            }

            fn accounts(&self) -> BoxFuture<'_, Result<Vec<Account>>> {
                Box::pin(async move {
                    let mut builder = sqlx::QueryBuilder::<$database>::new(SELECT);
                    let rows: Vec<Columns> = builder
                        .push(" ORDER BY login")
                        .build_query_as()
                        .fetch_all(&self.pool)
                        .await
                        .map_err(StoreError::sql("listing accounts"))?;
                    rows.into_iter().map(account).collect()
                })
            }

            fn account<'a>(&'a self, account_id: &'a str) -> BoxFuture<'a, Result<Option<Account>>> {
                Box::pin(self.one_account("account_id", account_id))
            }

            fn account_by_login<'a>(&'a self, login: &'a str) -> BoxFuture<'a, Result<Option<Account>>> {
                Box::pin(self.one_account("login", login))
            }

            fn account_by_subject<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Option<Account>>> {
                Box::pin(self.one_account("subject", subject))
            }

            fn set_password<'a>(&'a self, account_id: &'a str, hash: &'a str) -> BoxFuture<'a, Result<()>> {
                let set = "failures = 0, locked_until = NULL, password_hash";
                Box::pin(self.change_account(set, account_id, Some(hash.to_owned())))
            }

            fn bind_subject<'a>(&'a self, account_id: &'a str, subject: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    // In one statement: of two who come at once, one is first.
                    let bound = sqlx::query(
                        "UPDATE accounts SET subject = $2 WHERE account_id = $1 AND subject IS NULL
                         AND NOT EXISTS (SELECT 1 FROM accounts AS others WHERE others.subject = $2)",
                    )
                    .bind(account_id)
                    .bind(subject)
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("binding an account"))?;
                    match bound.rows_affected() {
                        0 if self.one_account("account_id", account_id).await?.is_some() => {
                            Err(StoreError::Conflict { what: "account" })
                        }
                        changed => found(changed),
                    }
                })
            }

            fn set_role<'a>(&'a self, account_id: &'a str, role: Role, scope: &'a Scope) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let changed = sqlx::query("UPDATE accounts SET role = $2, communes = $3 WHERE account_id = $1")
                        .bind(account_id)
                        .bind(role.as_str())
                        .bind(scope.to_text())
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("changing an account"))?;
                    found(changed.rows_affected())
                })
            }

            fn set_disabled<'a>(&'a self, account_id: &'a str, disabled: bool) -> BoxFuture<'a, Result<()>> {
                Box::pin(self.change_account(if disabled { "disabled = 1" } else { "disabled = 0" }, account_id, None))
            }

            fn count_failure<'a>(&'a self, account_id: &'a str) -> BoxFuture<'a, Result<u32>> {
                Box::pin(async move {
                    let count: i64 = sqlx::query_scalar(
                        "UPDATE accounts SET failures = failures + 1 WHERE account_id = $1 RETURNING failures",
                    )
                    .bind(account_id)
                    .fetch_one(&self.pool)
                    .await
                    .map_err(StoreError::sql("counting a wrong password"))?;
                    Ok(u32::try_from(count).unwrap_or(u32::MAX))
                })
            }

            fn lock_account<'a>(&'a self, account_id: &'a str, until: Timestamp) -> BoxFuture<'a, Result<()>> {
                Box::pin(self.change_account("locked_until", account_id, Some(instant(until))))
            }

            fn note_sign_in<'a>(&'a self, account_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>> {
                let set = "failures = 0, locked_until = NULL, signed_in_at";
                Box::pin(self.change_account(set, account_id, Some(instant(at))))
            }

            fn clear_failures<'a>(&'a self, account_id: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(self.change_account("failures = 0, locked_until = NULL", account_id, None))
            }
        }
    };
}

account_ledger!(super::SqliteLedger, Sqlite);
account_ledger!(super::PostgresLedger, Postgres);
