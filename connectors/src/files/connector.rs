//! The folder as a source: a partition for each commune that has a file.

use super::folder::{self, CommuneFile, Stamp};
use super::{resident, table};
use crate::connector::{Capabilities, CheckReport, Connector, PlanContext, Statistics};
use crate::page::PageBuilder;
use crate::transport::Stop;
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::{Clock, Cursor, Dataset, ErrorClass, Page, Partition, SourceError, SourceId};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct CommuneFiles {
    source: SourceId,
    folder: PathBuf,
    max_bytes: u64,
    communes: Vec<String>,
    clock: Arc<dyn Clock>,
    stop: Stop,
}

impl CommuneFiles {
    pub fn new(
        source: SourceId,
        folder: PathBuf,
        max_bytes: u64,
        communes: Vec<String>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { source, folder, max_bytes, communes, clock, stop: Stop::default() }
    }

    fn communes<'a>(&'a self, context: &'a PlanContext) -> &'a [String] {
        if context.communes.is_empty() { &self.communes } else { &context.communes }
    }

    async fn whole_file(&self, commune: &str, context: &PlanContext) -> Result<Page, SourceError> {
        let (folder, communes) = (self.folder.clone(), self.communes(context).to_vec());
        let (commune, max_bytes, now) = (commune.to_owned(), self.max_bytes, self.clock.now());
        let work = move || read_file(&folder, &communes, &commune, max_bytes, now);
        let done = self.stop.guard(tokio::task::spawn_blocking(work)).await?;
        done.map_err(|_| SourceError::new(ErrorClass::Contract, "bad_file", "reading the file came to a sudden end"))?
    }
}

fn read_file(
    folder: &Path,
    communes: &[String],
    commune: &str,
    max_bytes: u64,
    now: Timestamp,
) -> Result<Page, SourceError> {
    let files =
        folder::list(folder, communes).map_err(|_| unreadable("folder_unreadable", "the folder cannot be read"))?;
    let missing = || SourceError::new(ErrorClass::Permanent, "file_missing", "the commune has no file any more");
    let file = files.get(commune).ok_or_else(missing)?;
    if file.stamp.bytes > max_bytes {
        let detail = format!("the file is larger than {max_bytes} bytes");
        return Err(SourceError::new(ErrorClass::Contract, "body_too_large", detail));
    }
    let bytes = read_unchanged(file)?;
    let list = table::read(bytes, file.format, max_bytes)?;
    let mut page = PageBuilder::default();
    for line in &list.rows {
        if let Some(person) = resident::row(&list.header, line, commune) {
            page.add(person.map(|row| vec![row]), || line.join("\t"));
        }
    }
    Ok(page.finish(None, file.stamp.modified_at().unwrap_or(now), None))
}

/// The bytes of a file that stood still while it was read.
fn read_unchanged(file: &CommuneFile) -> Result<Vec<u8>, SourceError> {
    let bytes = std::fs::read(&file.path).map_err(|_| unreadable("file_unreadable", "the file cannot be read"))?;
    let after = std::fs::metadata(&file.path).and_then(|metadata| Stamp::of(&metadata));
    match after {
        Ok(after) if after == file.stamp && bytes.len() as u64 == after.bytes => Ok(bytes),
        _ => Err(unreadable("file_changed", "the file changed while it was read")),
    }
}

fn unreadable(code: &str, detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Transient, code, detail)
}

impl Connector for CommuneFiles {
    fn source(&self) -> &SourceId {
        &self.source
    }

    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        vec![(Dataset::Person, Capabilities { pages: true, ..Capabilities::default() })]
    }

    fn partitions(&self, dataset: Dataset, context: &PlanContext) -> Vec<Partition> {
        if dataset != Dataset::Person {
            return Vec::new();
        }
        match folder::list(&self.folder, self.communes(context)) {
            Ok(files) => files.into_keys().map(|commune| Partition::new(&self.source, dataset, commune)).collect(),
            Err(error) => {
                tracing::warn!(source = %self.source, kind = %error.kind(), "the folder cannot be read");
                Vec::new()
            }
        }
    }

    fn page<'a>(
        &'a self,
        partition: &'a Partition,
        cursor: Option<&'a Cursor>,
        context: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        Box::pin(async move {
            if cursor.is_some() {
                return Err(SourceError::new(ErrorClass::Contract, "bad_cursor", "a file is one page"));
            }
            self.whole_file(&partition.key, context).await
        })
    }

    fn statistics(&self) -> Statistics {
        Statistics::default()
    }

    fn stop(&self) {
        self.stop.request();
    }

    fn check<'a>(&'a self, context: &'a PlanContext) -> BoxFuture<'a, Result<CheckReport, SourceError>> {
        Box::pin(async move {
            folder::list(&self.folder, self.communes(context))
                .map_err(|_| unreadable("folder_unreadable", "the folder cannot be read"))?;
            Ok(CheckReport { source_time: None, clock_skew_ms: None, unknown_keys: Default::default() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use schemas::clock::FixedClock;

    fn files(folder: &Path) -> CommuneFiles {
        let clock = Arc::new(FixedClock(testing::now()));
        CommuneFiles::new(testing::source("commune_files"), folder.to_owned(), 10_000, vec!["00691".into()], clock)
    }

    async fn page(folder: &Path) -> Result<Page, SourceError> {
        let files = files(folder);
        let partition = Partition::new(&files.source, Dataset::Person, "00691");
        files.page(&partition, None, &PlanContext::default()).await
    }

    #[tokio::test]
    async fn a_file_is_one_page_and_a_number_that_stands_twice_is_a_reject() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "STT;Họ và tên;Ngày sinh\n1;A;1956\n2;B;1957\n2;C;1958\n";
        std::fs::write(folder.path().join("00691_ds.csv"), text).expect("written");
        let keys: Vec<String> = files(folder.path())
            .partitions(Dataset::Person, &PlanContext::default())
            .into_iter()
            .map(|partition| partition.key)
            .collect();
        assert_eq!(keys, ["00691"]);
        let page = page(folder.path()).await.expect("a page");
        assert_eq!((page.served, page.records.len(), page.rejects.len(), page.next), (3, 2, 1, None));
        assert_eq!(page.rejects[0].reason, "conflicting_version");
    }

    #[tokio::test]
    async fn a_file_that_is_gone_too_large_or_no_list_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(page(folder.path()).await.map(|_| ()).expect_err("gone").code, "file_missing");
        let path = folder.path().join("00691_ds.csv");
        std::fs::write(&path, "x,".repeat(10_000)).expect("written");
        assert_eq!(page(folder.path()).await.map(|_| ()).expect_err("too large").code, "body_too_large");
        std::fs::write(&path, "a,b,c\n").expect("written");
        assert_eq!(page(folder.path()).await.map(|_| ()).expect_err("no list").code, "no_header");
    }

    #[test]
    fn a_file_that_changed_since_it_was_listed_is_tried_again_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("00691_ds.csv");
        std::fs::write(&path, "before").expect("written");
        let listed = folder::list(folder.path(), &["00691".into()]).expect("listed");
        std::fs::write(&path, "after, and longer").expect("written");
        let error = read_unchanged(&listed["00691"]).expect_err("changed");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Transient, "file_changed"));
    }
}
