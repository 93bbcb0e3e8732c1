//! A folder with the lists of two communes: it can lose its files, and they can be cut.

use crate::subjects::CANARIES;
use crate::support::{build, settings};
use config::SourceKind;
use connectors::conformance::{Bench, Fault};
use connectors::{Connector, PlanContext};
use futures::future::BoxFuture;
use std::path::PathBuf;
use tempfile::TempDir;

pub struct Folder {
    folder: TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn inbox(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    /// The second row has a day that does not exist.
    fn fill(&self, share: usize) {
        let list = "STT,Họ và tên,Số định danh,Ngày sinh,Thôn/xóm\n\
            1,Nguyễn Văn Mẫu,099085000001,05/03/1985,Thôn 1\n2,Lý Thị Mẫu,099085000002,31/02/1956,Thôn 2\n\
            3,Triệu Thị Mẫu,099085000003,1956,Thôn 3\n";
        std::fs::create_dir_all(self.inbox()).expect("a folder");
        let end = (0..=list.len() / share).rev().find(|end| list.is_char_boundary(*end)).unwrap_or(0);
        std::fs::write(self.inbox().join("00691_ds.csv"), &list[..end]).expect("written");
    }
}

impl Bench for Folder {
    fn connector(&self) -> Box<dyn Connector> {
        let mut settings = settings(SourceKind::Files, "");
        settings.folder = Some(self.inbox());
        build(&settings)
    }

    fn context(&self) -> PlanContext {
        crate::support::context()
    }

    fn canaries(&self) -> Vec<String> {
        CANARIES.map(str::to_owned).into()
    }

    fn behave(&self, fault: Fault) -> BoxFuture<'_, bool> {
        match fault {
            Fault::Healthy => self.fill(1),
            Fault::Cut => self.fill(2),
            Fault::Away => std::fs::remove_dir_all(self.inbox()).expect("gone"),
            Fault::Silent | Fault::Stale => return Box::pin(async { false }),
        }
        Box::pin(async { true })
    }
}
