//! What a person reads when something is wrong: code, cause, next step.

use crate::Lang;
use config::ConfigError;
use std::error::Error;
use store::StoreError;

/// Finished, everything complete and fresh.
pub const EXIT_COMPLETE: u8 = 0;
/// Finished, but a source is incomplete or stale.
pub const EXIT_INCOMPLETE: u8 = 2;
/// Could not be done.
pub const EXIT_FAILED: u8 = 3;
/// The command was used wrongly.
pub const EXIT_USAGE: u8 = 64;

#[derive(Debug)]
pub struct Problem {
    pub code: String,
    pub cause: String,
    pub exit: u8,
}

impl Problem {
    pub fn failed(code: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { code: code.into(), cause: cause.into(), exit: EXIT_FAILED }
    }

    pub fn usage(code: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { code: code.into(), cause: cause.into(), exit: EXIT_USAGE }
    }

    /// What to do about it.
    pub fn next_step(&self, lang: Lang) -> &'static str {
        Self::next_step_of(&self.code, lang)
    }

    /// For a code that was written down earlier.
    pub fn next_step_of(code: &str, lang: Lang) -> &'static str {
        let (vi, en) = advice(code);
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}

/// The next step for every code. A code without one of its own gets the general one.
fn advice(code: &str) -> (&'static str, &'static str) {
    if let Some(advice) = crate::keep::advice(code) {
        return advice;
    }
    match code {
        "CONFIG_READ" => (
            "Kiểm tra đường dẫn sau --config, hoặc tạo tệp mẫu bằng: doisoat config init",
            "Check the path after --config, or write a template with: doisoat config init",
        ),
        "CONFIG_SYNTAX" | "CONFIG_VALUE" => (
            "Sửa dòng đã nêu trong tệp cấu hình rồi chạy: doisoat config check",
            "Mend the line named in the settings file, then run: doisoat config check",
        ),
        "CONFIG_SECRET" => (
            "Đặt biến môi trường hoặc tệp mật khẩu mà cấu hình trỏ tới, rồi chạy lại.",
            "Set the environment variable or the file that the settings refer to, then run again.",
        ),
        "LINK_SPEC" => (
            "Kiểm tra tệp sau --spec, sửa dòng đã nêu rồi chạy lại. Mẫu: docs/ghep-ban-ghi.md",
            "Check the file after --spec, mend the line named, then run again. An example: docs/ghep-ban-ghi.md",
        ),
        "QUESTION" => (
            "Quét lại thẻ, hoặc gõ số 12 chữ số, mã hồ sơ, số phát hành, hoặc: Họ Tên dd/mm/yyyy",
            "Scan the card again, or type the 12 digits, a case code, a serial, or: Name dd/mm/yyyy",
        ),
        "PROCEDURE" => (
            "Chọn thủ tục trong danh sách, hoặc gõ mã của nó, ví dụ 1.000894; số của người dân gõ ở ô kia.",
            "Choose a procedure of the list, or type its code, such as 1.000894; a citizen's number goes into the other box.",
        ),
        "AUDIT_UNWRITABLE" => (
            "Không ghi được nhật ký nên không được xem. Kiểm tra sổ cái: doisoat db migrate, rồi thử lại",
            "The audit log cannot be written, so nothing may be looked at. See to the ledger: doisoat db migrate, then try again",
        ),
        "LINK_PAIR" => (
            "Xem các cặp của lượt chạy mới nhất: doisoat links review",
            "See the pairs of the newest run: doisoat links review",
        ),
        "MODEL" => (
            "Dùng mô hình học với cùng tệp --spec, hoặc bỏ --model để học lại từ các bảng.",
            "Use a model that was learned with the same --spec, or leave --model out to learn from the tables.",
        ),
        "NOTHING_TO_REPLAY" => (
            "Chọn một lượt chạy đã đối soát: doisoat runs list",
            "Choose a run that came to reconciling: doisoat runs list",
        ),
        "SNAPSHOT_GONE" => (
            "Ảnh chụp cũ đã bị xoá theo thời hạn. Muốn giữ lâu hơn, tăng [run] keep_snapshots.",
            "Old snapshots are removed in time. To keep them longer raise [run] keep_snapshots.",
        ),
        "TRIAL_FILE" => (
            "Sửa tệp sau --record theo nguyên nhân đã nêu. Mẫu và tên cột: docs/quy-tac.md",
            "Mend the file after --record as the cause says. An example and the columns: docs/quy-tac.md",
        ),
        "TABLE" => (
            "Kiểm tra đường dẫn, và mở thử tệp bằng chương trình bảng tính; lưu lại rồi chạy lại.",
            "Check the path, and open the file in a spreadsheet program; save it again, then run again.",
        ),
        "CONFIG_SOURCE" => (
            "Sửa phần [sources.…] của nguồn đã nêu trong tệp cấu hình, rồi chạy: doisoat sources check",
            "Mend the section [sources.…] of the named source in the settings, then run: doisoat sources check",
        ),
        "CONFIG_DATA" => (
            "Sửa dòng đã nêu trong tệp quy tắc hoặc danh mục đơn vị, hoặc bỏ khoá đó để dùng bản đi kèm.",
            "Mend the line named in the rules or the catalogue of units, or drop the key to use the embedded one.",
        ),
        "LEDGER_LOCKED" => (
            "Một tiến trình khác đang giữ sổ cái. Đợi nó xong rồi chạy lại: doisoat run --resume. Không mất dữ liệu.",
            "Another process holds the ledger. Wait for it, then run: doisoat run --resume. Nothing is lost.",
        ),
        "LEDGER_PASSWORD" => (
            "Sai tài khoản hoặc mật khẩu PostgreSQL: kiểm tra ledger.url và ledger.password.",
            "Wrong PostgreSQL account or password: check ledger.url and ledger.password.",
        ),
        "LEDGER_MISSING" => (
            "Cơ sở dữ liệu chưa có: tạo nó (createdb), rồi chạy: doisoat db migrate",
            "The database does not exist: create it (createdb), then run: doisoat db migrate",
        ),
        "LEDGER_UNREACHABLE" => (
            "Không nối được PostgreSQL: kiểm tra máy chủ, cổng và tường lửa, rồi chạy: doisoat run --resume",
            "PostgreSQL cannot be reached: check host, port and firewall, then run: doisoat run --resume",
        ),
        "LEDGER_CORRUPT" => (
            "Tệp sổ cái hỏng hoặc không phải của doisoat. Đừng xoá: sao nó ra chỗ khác, khôi phục bản sao lưu gần nhất.",
            "The ledger file is damaged or not doisoat's. Do not delete it: copy it aside and restore the latest backup.",
        ),
        "LEDGER_READ_ONLY" => (
            "Không ghi được sổ cái: kiểm tra quyền của thư mục dữ liệu.",
            "The ledger cannot be written: check the rights on the data folder.",
        ),
        "LEDGER_MIGRATE" => (
            "Sổ cái do phiên bản khác tạo. Dùng đúng phiên bản doisoat, hoặc sao lưu rồi chạy: doisoat db migrate",
            "The ledger was made by another version. Use that version, or back up and run: doisoat db migrate",
        ),
        "DISK_FULL" => (
            "Đĩa đầy: giải phóng chỗ trong thư mục dữ liệu rồi chạy: doisoat run --resume. Phần đã tải vẫn còn.",
            "The disk is full: make room in the data folder, then run: doisoat run --resume. What was pulled is kept.",
        ),
        "INVARIANT" => (
            "Số bản ghi không khớp nên ảnh chụp cũ được giữ nguyên. Gửi mã lượt chạy cho người bảo trì.",
            "Record counts do not agree, so the last good snapshot stays. Send the run's id to the maintainers.",
        ),
        "NO_SOURCES" => (
            "Chưa khai báo nguồn nào. Xem thử: doisoat demo. Cấu hình thật: doisoat config init",
            "No source is configured. To look around: doisoat demo. For real sources: doisoat config init",
        ),
        "NOTHING_TO_RESUME" => {
            ("Không có lượt chạy dở. Chạy lượt mới: doisoat run", "No run is unfinished. Start a new one: doisoat run")
        }
        "NOT_SURE" => (
            "Đánh dấu ô xác nhận rồi bấm lại. Nếu lượt trước còn dở, bấm “Chạy tiếp từ mốc”.",
            "Tick the box and press again. Where the last run is unfinished, resume it instead.",
        ),
        "NOTIFY" | "NOTICE_TEMPLATE" => (
            "Sửa phần [notify] của cấu hình, hoặc mẫu thư đã nêu, rồi chạy: doisoat config check",
            "Mend the section [notify] of the settings, or the template named, then run: doisoat config check",
        ),
        "RUN_UNDER_WAY" => (
            "Đợi lượt kia xong (doisoat runs list) hoặc dừng nó: doisoat runs stop",
            "Wait for it (doisoat runs list) or stop it: doisoat runs stop",
        ),
        "LEASE_LOST" => (
            "Máy khác đã nhận lượt chạy này; máy này đã ngừng ghi và không mất gì. Xem: doisoat runs list",
            "Another instance has taken this run over; this one has stopped writing. Nothing is lost. See: doisoat runs list",
        ),
        "AUDIT_KEY" | "AUDIT_HEAD" => (
            "Khôi phục tệp audit.key, audit.head trong thư mục dữ liệu từ bản sao lưu; đừng tạo khoá mới.",
            "Restore audit.key and audit.head in the data folder from the backup; do not make a new key.",
        ),
        "AUDIT_BROKEN" => (
            "Giữ nguyên cơ sở dữ liệu, báo người phụ trách an toàn thông tin và đối chiếu với bản sao lưu.",
            "Leave the database as it is, tell whoever answers for security, and compare with the backup.",
        ),
        "NOT_FOUND" => (
            "Xem danh sách: doisoat runs list, doisoat findings list, doisoat quality, doisoat quarantine list",
            "Look at the lists: doisoat runs list, doisoat findings list, doisoat quality, doisoat quarantine list",
        ),
        "STOPPED" => ("Chạy tiếp từ mốc: doisoat run --resume", "Go on from the checkpoint: doisoat run --resume"),
        "DIRECTORY_NOT_EMPTY" => (
            "Chọn thư mục trống khác bằng --dir; doisoat không xoá thư mục không phải của nó.",
            "Choose another, empty folder with --dir; doisoat does not clear a folder that is not its own.",
        ),
        "FILE_EXISTS" => (
            "Chọn tên khác, hoặc xoá tệp cũ nếu không cần nữa.",
            "Choose another name, or remove the old file if it is no longer needed.",
        ),
        "NO_COLUMN" => ("Ghi đúng tên cột như ở dòng tiêu đề của tệp.", "Name the column as the file's header has it."),
        "TWO_KEYS" => (
            "Ghi đúng tên cột sau --key, hoặc chỉ rõ hai cột trong [key] của tệp --map. Mẫu: docs/so-sanh-tep.md",
            "Write the exact header after --key, or name both columns in [key] of the --map file: docs/so-sanh-tep.md",
        ),
        "NOTHING_IN_COMMON" => (
            "Chỉ cột nào là trường nào bằng --map. Mẫu: docs/so-sanh-tep.md",
            "Say with --map which columns are which fields. An example: docs/so-sanh-tep.md",
        ),
        "NOT_UTF8" => (
            "Lưu lại tệp dạng CSV UTF-8 (Excel: “CSV UTF-8”), rồi chạy lại.",
            "Save the file as CSV UTF-8 (Excel: “CSV UTF-8”), then run again.",
        ),
        "NOT_A_SUCCESSOR" => (
            "Xem xã cũ đã về đâu: doisoat units explain MÃ",
            "See what became of the old commune: doisoat units explain CODE",
        ),
        "IMPORT" => ("Sửa dòng đã nêu; chưa câu trả lời nào được nhận.", "Mend the line named; nothing was taken in."),
        "NO_TLS" => (
            "Khai báo [serve.tls], hoặc chỉ nghe trên máy này (127.0.0.1) sau một máy chủ trung gian có TLS.",
            "Set [serve.tls], or listen on this machine only (127.0.0.1) behind a proxy that has TLS.",
        ),
        "CONFIG_TLS" => (
            "Kiểm tra cert_file và key_file của [serve.tls]: hai tệp PEM của cùng một chứng thư.",
            "Check cert_file and key_file of [serve.tls]: two PEM files of one certificate.",
        ),
        "SLIP_TEMPLATE" => (
            "Sửa dòng đã nêu trong mẫu phiếu; các chỗ điền ở config/slips/README.md.",
            "Mend the line named in the slip's template; what can be filled in is in config/slips/README.md.",
        ),
        "SIGN_IN" => ("Đăng nhập lại rồi làm lại việc vừa rồi.", "Sign in again, then do it once more."),
        "FORBIDDEN" => (
            "Việc này thuộc vai trò khác. Nhờ người có vai trò ấy, hoặc hỏi quản trị.",
            "This is another role's task. Ask somebody who has it, or your administrator.",
        ),
        "FORM_TOKEN" | "FOREIGN_PAGE" => (
            "Mở lại trang từ địa chỉ của doisoat rồi làm lại.",
            "Open the page again from doisoat's own address, and do it once more.",
        ),
        "OIDC_OFF" => (
            "Đăng nhập bằng tài khoản và mật khẩu của doisoat. Quản trị bật đăng nhập của tỉnh ở [serve.oidc].",
            "Sign in with your doisoat account and password. The administrator sets [serve.oidc] for the province's.",
        ),
        "OIDC_UNREACHABLE" => (
            "Máy chủ đăng nhập của tỉnh chưa trả lời: thử lại sau một phút, hoặc đăng nhập bằng mật khẩu.",
            "The province's sign-in does not answer: try again in a minute, or sign in with a password.",
        ),
        "OIDC_PROVIDER" => (
            "Báo quản trị: kiểm tra serve.oidc.issuer và cấu hình của máy chủ đăng nhập. Tạm đăng nhập bằng mật khẩu.",
            "Tell the administrator: check serve.oidc.issuer and the provider's settings. Until then use a password.",
        ),
        "OIDC_CLIENT" => (
            "Báo quản trị: kiểm tra serve.oidc.client_id và client_secret. Tạm đăng nhập bằng mật khẩu.",
            "Tell the administrator: check serve.oidc.client_id and client_secret. Until then use a password.",
        ),
        "OIDC_STATE" => (
            "Bắt đầu lại từ trang đăng nhập, trong cùng trình duyệt, và hoàn tất trong 10 phút.",
            "Begin again at the sign-in page, in the same browser, and finish within 10 minutes.",
        ),
        "OIDC_DECLINED" => (
            "Chưa hoàn tất ở trang đăng nhập của tỉnh: bắt đầu lại, hoặc đăng nhập bằng mật khẩu.",
            "The province's sign-in was not finished: begin again, or sign in with a password.",
        ),
        "OIDC_TOKEN" => (
            "Đăng nhập lại. Nếu vẫn bị từ chối, báo quản trị kèm mã yêu cầu; kiểm tra giờ của hai máy chủ.",
            "Sign in again. If it is refused again, give the administrator the request's id; check both servers' clocks.",
        ),
        "TOO_MANY_REQUESTS" => ("Đợi một phút rồi thử lại.", "Wait a minute, then try again."),
        "LINK_USED" => (
            "Xin đường dẫn mới: quản trị mời lại; lần đầu thì khởi động lại doisoat serve.",
            "Ask for a new link: the administrator invites again; at the first start, restart doisoat serve.",
        ),
        "PASSWORD_SHORT" => ("Mật khẩu cần ít nhất 12 ký tự.", "A password needs at least 12 characters."),
        "PASSWORD_LONG" => {
            ("Mật khẩu dài quá 256 byte: rút ngắn lại.", "The password is longer than 256 bytes: shorten it.")
        }
        "PASSWORD_WEAK" => {
            ("Mật khẩu không được chứa tên tài khoản.", "The password must not contain the account's name.")
        }
        "PASSWORDS_DIFFER" => {
            ("Hai lần gõ mật khẩu khác nhau: gõ lại cả hai.", "The two passwords differ: type both again.")
        }
        "LOGIN_FORM" => (
            "Tên tài khoản gồm 2–100 chữ a–z, số và . - _ @; không phải là một số.",
            "An account's name has 2 to 100 letters a–z, digits and . - _ @, and is no number.",
        ),
        "LOGIN_TAKEN" => {
            ("Đã có tài khoản tên này: chọn tên khác.", "There is an account of that name: choose another.")
        }
        "DISPLAY_NAME" => ("Ghi tên (tối đa 100 ký tự).", "Write a name of at most 100 characters."),
        "NO_COMMUNE" => ("Chọn ít nhất một xã, hoặc cả tỉnh.", "Choose at least one commune, or the whole province."),
        "ROLE" => ("Chọn một vai trò trong danh sách.", "Choose a role of the list."),
        "EXPIRY" => ("Chọn ngày hết hạn trong vòng một năm.", "Choose a day within a year."),
        "KEY_SCOPES" => ("Chọn ít nhất một việc mà khóa được làm.", "Choose at least one thing that the key may do."),
        "REASON" => ("Chọn lý do trong danh sách.", "Choose a reason of the list."),
        "WRONG_STATE" | "CONFLICT" => (
            "Có người vừa làm trước. Tải lại trang để xem tình trạng hiện nay.",
            "Somebody was faster. Load the page again to see how it stands now.",
        ),
        "KEY" => (
            "Dùng khóa còn hiệu lực: Authorization: Bearer dsk_… Quản trị tạo khóa ở trang Khóa kết nối.",
            "Use a key that is in force: Authorization: Bearer dsk_… Administrators make keys on the page API keys.",
        ),
        "FORM" => (
            "Mở lại trang rồi gửi lại, và điền đủ các ô.",
            "Open the page again, fill in all fields, and send it again.",
        ),
        "BODY" => ("Xem mô tả ở /api/openapi.json.", "See the description at /api/openapi.json."),
        "IDEMPOTENCY_KEY" => (
            "Mỗi yêu cầu mới dùng một Idempotency-Key mới; gửi lại thì giữ nguyên cả khóa lẫn nội dung.",
            "A new Idempotency-Key for each new request; the same key and body when it is sent again.",
        ),
        "UNDER_WAY" => ("Đợi vài giây rồi gửi lại y nguyên.", "Wait some seconds, then send the same again."),
        "NO_ACCOUNT" => ("Xem tên đúng: doisoat accounts list", "See the right name: doisoat accounts list"),
        "LISTEN" => (
            "Cổng đang bận hoặc không được phép: chọn cổng khác bằng --listen.",
            "The port is taken or not allowed: choose another with --listen.",
        ),
        "USAGE" => ("Xem hướng dẫn: doisoat --help", "See: doisoat --help"),
        _ => (
            "Chạy lại với --log debug để xem chi tiết; phần đã tải không mất: doisoat run --resume",
            "Run again with --log debug for details; what was pulled is kept: doisoat run --resume",
        ),
    }
}

/// The error and what is under it, in one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::failed(error.code(), chain(&error))
    }
}

impl From<connectors::AuditFailed> for Problem {
    fn from(error: connectors::AuditFailed) -> Self {
        // Somebody was at the log: that does not pass by itself, as a database that is down does.
        let code = if error.code == "AUDIT_BROKEN" { "AUDIT_BROKEN" } else { "AUDIT_UNWRITABLE" };
        Self::failed(code, error.to_string())
    }
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Self::failed(error.code(), chain(&error))
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        let code = if error.kind() == std::io::ErrorKind::StorageFull { "DISK_FULL" } else { "FILE" };
        Self::failed(code, error.to_string())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}] {}", self.code, self.cause)
    }
}

impl Error for Problem {}
