//! The help in Vietnamese: the English text of `args` is the key.

use clap::{Arg, Command};

/// English help, Vietnamese help.
const TEXTS: &[(&str, &str)] = &[
    ("Reconciles national and commune databases", "Đối soát cơ sở dữ liệu quốc gia với cơ sở dữ liệu của xã"),
    (
        "Settings file; without it doisoat.toml in the current folder, or the embedded defaults",
        "Tệp cấu hình; không nêu thì dùng doisoat.toml ở thư mục hiện tại, hoặc cấu hình đi kèm",
    ),
    ("Language: vi or en; without it from the locale", "Ngôn ngữ: vi hoặc en; không nêu thì theo máy"),
    ("What to log to standard error: error, warn, info, debug", "Mức ghi nhật ký: error, warn, info, debug"),
    (
        "Make up a province, run a night on it, and compare what was found with what was planted",
        "Dựng một tỉnh giả, chạy một đêm trên đó và so kết quả với sai lệch đã cài",
    ),
    ("Pull all sources, reconcile, report", "Tải mọi nguồn, đối soát, báo cáo"),
    ("The runs so far", "Các lượt chạy"),
    (
        "Which communes can work today: states, age of data, last good night",
        "Xã nào làm việc được hôm nay: trạng thái, tuổi số liệu, đêm tốt gần nhất",
    ),
    ("Only communes in this state: on_time, late, failed …", "Chỉ các xã ở trạng thái này: on_time, late, failed …"),
    (
        "Write the table for other tools: .csv, .xlsx or .parquet",
        "Ghi bảng cho công cụ khác: .csv, .xlsx hoặc .parquet",
    ),
    ("Judge as if the clock said this now (RFC 3339)", "Xét như đang ở thời điểm này (RFC 3339)"),
    (
        "Workbooks for communes: who must correct what, at which source",
        "Bảng tính cho từng xã: ai phải sửa gì, ở nguồn nào",
    ),
    ("The folder for the workbooks, one for each commune", "Thư mục chứa bảng tính, mỗi xã một tệp"),
    ("Only this commune, by its code of today", "Chỉ xã này, theo mã hiện nay"),
    ("The configured sources", "Các nguồn đã khai báo"),
    ("The findings", "Các sai lệch"),
    (
        "One citizen or one case: may it go on, and if not, what conflicts and who corrects it",
        "Một công dân hoặc một hồ sơ: tiếp nhận được không, vướng gì, ai sửa",
    ),
    (
        "A number of 12 or 9 digits, the text of a card's QR code, a case code, a certificate serial, or a name and a birth date",
        "Số 12 hoặc 9 chữ số, nội dung mã QR của thẻ, mã hồ sơ, số phát hành giấy chứng nhận, hoặc họ tên và ngày sinh",
    ),
    (
        "Judge for this procedure, by its code; without it that of the case, or carefully",
        "Xét theo thủ tục này (mã); không nêu thì theo thủ tục của hồ sơ, hoặc thận trọng",
    ),
    ("Who looks: kept in the audit log", "Ai tra cứu: ghi vào nhật ký"),
    ("Look as if the clock said this now (RFC 3339)", "Xem như đang ở thời điểm này (RFC 3339)"),
    ("Records that could not be read", "Bản ghi không đọc được (cách ly)"),
    ("The settings", "Cấu hình"),
    ("Who asked about which citizen", "Ai đã tra cứu công dân nào"),
    (
        "Follow the whole log and say where it was tampered with",
        "Kiểm tra cả nhật ký và chỉ ra chỗ bị sửa, xoá, đổi chỗ hoặc cắt",
    ),
    (
        "Entries in their order; officers' numbers are masked but in JSON",
        "Các mục theo thứ tự; số của cán bộ được che, trừ khi xuất JSON",
    ),
    ("Number of the first entry", "Số của mục đầu tiên"),
    (
        "Back up ledger, snapshots, audit key and settings, or look at a backup",
        "Sao lưu sổ cái, ảnh chụp, khóa nhật ký và cấu hình, hoặc kiểm tra một bản sao",
    ),
    ("Write a whole backup into this folder", "Ghi một bản sao đầy đủ vào thư mục này"),
    (
        "Look at every byte of this backup, without putting it back",
        "Kiểm tra từng byte của bản sao này, không khôi phục",
    ),
    ("Keep only the newest whole backups, this one included", "Chỉ giữ chừng này bản sao mới nhất, kể cả bản vừa tạo"),
    ("Back up as if the clock said this now (RFC 3339)", "Sao lưu như đang ở thời điểm này (RFC 3339)"),
    (
        "Put a backup back onto an empty place: all of it, or nothing",
        "Khôi phục một bản sao vào chỗ trống: tất cả, hoặc không gì cả",
    ),
    ("The backup to put back", "Bản sao cần khôi phục"),
    (
        "Do it; without it everything is looked at and nothing is touched",
        "Làm thật; không nêu thì chỉ kiểm tra, không đụng gì",
    ),
    ("Remove what is older than the settings keep it", "Xóa những gì quá thời hạn giữ trong cấu hình"),
    ("Say what would be removed, and remove nothing", "Chỉ nêu những gì sẽ xóa, không xóa"),
    (
        "Give the verdict of an earlier run again, from its snapshots, rules and decisions",
        "Xét lại một lượt chạy cũ từ ảnh chụp, quy tắc và quyết định của đêm đó",
    ),
    ("The run, as `doisoat runs list` names it", "Lượt chạy, theo tên trong doisoat runs list"),
    (
        "Tell the findings of this subject: person:…, case:…, parcel:…",
        "Nêu sai lệch của đối tượng này: person:…, case:…, parcel:…",
    ),
    ("The rules that make findings: check them, try them", "Quy tắc tạo ra sai lệch: kiểm tra, chạy thử"),
    ("Say whether the rules can be used, and list them", "Cho biết quy tắc có dùng được không, và liệt kê"),
    ("A file of rules; without it those of the settings", "Một tệp quy tắc; không nêu thì lấy quy tắc của cấu hình"),
    ("What the rules say of the records of one person", "Quy tắc nói gì về các bản ghi của một người"),
    ("The records: a JSON file", "Các bản ghi: một tệp JSON"),
    ("As for a case of this procedure, by its code", "Như đối với hồ sơ của thủ tục này, theo mã"),
    ("A file of rules that is not in force yet", "Tệp quy tắc chưa áp dụng"),
    (
        "Which rows of two tables, or of one, are of the same person or thing",
        "Dòng nào của hai bảng, hoặc trong một bảng, nói về cùng một người hay vật",
    ),
    ("A table: .csv, .xlsx or .parquet", "Một bảng: .csv, .xlsx hoặc .parquet"),
    (
        "The other table; without it the first is linked with itself",
        "Bảng kia; không nêu thì ghép bảng thứ nhất với chính nó",
    ),
    ("What is compared, and how: a TOML file", "So những gì và so thế nào: một tệp TOML"),
    ("Where the pairs go: .csv", "Nơi ghi các cặp: .csv"),
    ("A column that names the rows, in both tables", "Cột định danh dòng, ở cả hai bảng"),
    (
        "A model that was learned before; without it one is learned from the tables",
        "Mô hình đã học trước; không nêu thì học từ chính các bảng",
    ),
    ("Where the learned model goes", "Nơi ghi mô hình học được"),
    (
        "Records without a usable number: whom they may speak of",
        "Bản ghi không có số định danh dùng được: có thể nói về ai",
    ),
    ("Pairs that people should look at, the likeliest first", "Các cặp cần người xem, khả năng cao nhất trước"),
    ("What speaks for and against, field by field", "Điều gì nói là một người, điều gì nói không, theo từng trường"),
    (
        "As the review names it: SOURCE/RECORD, with #PART where a record speaks of several people",
        "Như trong links review: NGUỒN/BẢN_GHI, thêm #PHẦN khi bản ghi nói về nhiều người",
    ),
    (
        "The person's 12-digit number; without it all candidates",
        "Số định danh 12 số của người đó; không nêu thì xem mọi người có thể",
    ),
    ("Remember that a record is of a person, or is not", "Ghi nhớ rằng bản ghi là của một người, hoặc không phải"),
    ("The person's 12-digit number", "Số định danh 12 số của người đó"),
    ("same or not-same", "same (là một người) hoặc not-same (không phải)"),
    ("Why: which papers were looked at", "Vì sao: đã xem giấy tờ nào"),
    ("In what two tables with a common key differ", "Hai bảng có chung khóa khác nhau ở đâu"),
    ("The other table: .csv, .xlsx or .parquet", "Bảng kia: .csv, .xlsx hoặc .parquet"),
    (
        "The column that names a row in both tables: its header, or a field such as personal_id",
        "Cột định danh dòng ở cả hai bảng: tên cột, hoặc tên trường như personal_id",
    ),
    (
        "Which columns are which fields, and how they are compared: a TOML file",
        "Cột nào là trường nào và so thế nào: một tệp TOML",
    ),
    ("Where the findings go: .csv, .xlsx or .parquet", "Nơi ghi các sai lệch: .csv, .xlsx hoặc .parquet"),
    ("Where a report for people goes: one HTML page", "Nơi ghi báo cáo cho người đọc: một trang HTML"),
    (
        "Memory to use, in MiB; larger tables go through the disk",
        "Bộ nhớ được dùng, tính bằng MiB; bảng lớn hơn thì đi qua đĩa",
    ),
    ("The ledger's database", "Cơ sở dữ liệu của sổ cái"),
    (
        "Serve a made-up province until interrupted, with settings to run against it",
        "Chạy các hệ thống giả của một tỉnh cho đến khi bị ngắt, kèm cấu hình để chạy thử",
    ),
    ("Province code, one of the 34", "Mã tỉnh, một trong 34 tỉnh"),
    ("How many people to make up", "Số người dựng ra"),
    ("The same seed makes the same province", "Cùng hạt giống thì cùng một tỉnh"),
    ("Share of requests that go wrong, 0 to 0.9", "Tỷ lệ yêu cầu gặp lỗi, từ 0 đến 0.9"),
    ("Serves records in another order, for a number other than 0", "Khác 0: đổi thứ tự bản ghi"),
    ("Scale of the planted defects: 1 is about 5 % of the records", "Mức sai lệch cài: 1 là khoảng 5 % bản ghi"),
    ("How the population source is asked", "Cách hỏi nguồn dân cư"),
    ("Paged change records: the whole province", "Bản tin thay đổi: toàn tỉnh"),
    ("One citizen at a time, within a nightly quota", "Từng công dân, trong hạn mức mỗi đêm"),
    (
        "What is asked about one citizen: look_up or verify",
        "Hỏi gì về từng công dân: look_up (tra cứu) hoặc verify (xác thực)",
    ),
    ("Birth date in the question: element or text", "Ngày sinh trong câu hỏi: element (phần tử con) hoặc text (chữ)"),
    (
        "Gateway before the population source: none, opencps, flat_json or xml_in_json",
        "Cổng của tỉnh trước nguồn dân cư: none, opencps, flat_json hoặc xml_in_json",
    ),
    ("The civil-status system speaks the shape of August 2025", "Hệ thống hộ tịch dùng cấu trúc từ tháng 8/2025"),
    (
        "Minutes from the beginning of the night until new-borns' numbers arrive; without it they are there",
        "Số phút kể từ đầu đêm đến khi trẻ mới sinh có số định danh; không nêu thì có ngay",
    ),
    ("Folder of the demo; made anew each time", "Thư mục của bản thử; mỗi lần làm mới"),
    (
        "Keep the ledger in this PostgreSQL (postgres://user@host:port/database) instead of SQLite; its password in DOISOAT_LEDGER_PASSWORD",
        "Đặt sổ cái ở PostgreSQL này (postgres://user@host:port/database) thay SQLite; mật khẩu ở DOISOAT_LEDGER_PASSWORD",
    ),
    ("Print one JSON object on standard output", "In một đối tượng JSON ra đầu ra chuẩn"),
    (
        "Folder for settings, secrets, commune files and the planted truth",
        "Thư mục cho cấu hình, mật khẩu, tệp của xã và sai lệch đã cài",
    ),
    ("Keep the ledger in this PostgreSQL instead of SQLite", "Đặt sổ cái ở PostgreSQL này thay SQLite"),
    ("Go on with the newest unfinished run from its checkpoints", "Chạy tiếp lượt dở mới nhất từ mốc của nó"),
    (
        "Believe the many deletions of this source (repeatable)",
        "Chấp nhận số bản ghi bị xoá của nguồn này (lặp lại được)",
    ),
    (
        "Run as if the clock said this now (RFC 3339): to try a night again",
        "Chạy như thể đồng hồ đang chỉ lúc này (RFC 3339): để thử lại một đêm",
    ),
    ("Threads for reconciling; 0: one for each processor", "Số luồng đối soát; 0: mỗi bộ xử lý một luồng"),
    ("The newest runs", "Các lượt mới nhất"),
    ("One run: its report, and where each partition stands", "Một lượt: báo cáo và từng phần đang ở đâu"),
    ("Ask what runs to stop at its checkpoints", "Yêu cầu lượt đang chạy dừng ở mốc"),
    ("Ask every source one small question", "Hỏi thử mỗi nguồn một câu"),
    ("Kind, for example NAME_DIFF", "Loại, ví dụ NAME_DIFF"),
    ("stop, check or note", "stop (dừng), check (kiểm tra) hoặc note (lưu ý)"),
    ("Commune code", "Mã xã"),
    ("Source whose record deviates", "Nguồn có bản ghi lệch"),
    (
        "new, open, reopened or gone; without it all that are not gone",
        "new, open, reopened hoặc gone; không nêu: trừ gone",
    ),
    ("Findings, gravest first, numbers masked", "Danh sách sai lệch, nặng nhất trước, số được che"),
    (
        "One finding: values of each source, explanation, next step, history",
        "Một sai lệch: giá trị từng nguồn, giải thích, việc cần làm, lịch sử",
    ),
    (
        "All findings to a file: .csv, .xlsx or .json (JSON lines)",
        "Xuất mọi sai lệch ra tệp: .csv, .xlsx hoặc .json (JSON từng dòng)",
    ),
    ("What could not be read, and why", "Bản ghi nào không đọc được, vì sao"),
    ("Only of this run", "Chỉ của lượt này"),
    ("One record as the source served it (personal data)", "Một bản ghi đúng như nguồn trả (dữ liệu cá nhân)"),
    ("Write a commented template", "Ghi tệp cấu hình mẫu có chú thích"),
    ("Check settings, rules and catalogue without running", "Kiểm tra cấu hình, quy tắc, danh mục mà không chạy"),
    ("The settings in force", "Cấu hình đang dùng"),
    ("Names and codes of communes through time", "Tên và mã xã qua các thời kỳ"),
    (
        "Serve the pages for clerks, and units as JSON and for OpenRefine",
        "Phục vụ trang cho cán bộ, và tra đơn vị bằng JSON, OpenRefine",
    ),
    (
        "Address and port to listen on; without it those of the settings",
        "Địa chỉ và cổng lắng nghe; không nêu thì theo cấu hình",
    ),
    ("Serve as if the clock said this now (RFC 3339)", "Phục vụ như đang ở thời điểm này (RFC 3339)"),
    ("Which commune of today an address or a name speaks of, and why", "Địa chỉ hay tên này nay là xã nào, vì sao"),
    ("A commune code that stands beside the text", "Mã xã đi kèm"),
    ("The day of which the record is true (yyyy-mm-dd)", "Ngày của bản ghi (yyyy-mm-dd)"),
    (
        "Every unit that a code has meant, where it came from and what became of it",
        "Mọi đơn vị mà mã này từng chỉ, từ đâu ra và nay thành gì",
    ),
    ("Today's communes of a province", "Các xã hiện nay của một tỉnh"),
    (
        "Resolve a whole table: CSV, XLSX or Parquet; four columns are added, nothing else changes",
        "Tra cả bảng: CSV, XLSX hoặc Parquet; thêm bốn cột, không đổi gì khác",
    ),
    ("Column with the address or name", "Cột chứa địa chỉ hoặc tên"),
    ("Column with a commune code", "Cột chứa mã xã"),
    ("Column with the day of which the row is true", "Cột chứa ngày của dòng"),
    ("Where to write; the same format as the input", "Tệp kết quả; cùng định dạng với tệp vào"),
    ("Threads; 0: one for each processor", "Số luồng; 0: mỗi bộ xử lý một luồng"),
    (
        "How much of each source still uses abolished names and codes, commune by commune",
        "Mỗi nguồn còn bao nhiêu tên, mã đơn vị cũ, theo từng xã",
    ),
    ("Of this run; without it of the newest", "Của lượt này; không nêu thì lượt mới nhất"),
    ("Only this source", "Chỉ nguồn này"),
    (
        "How good the data of each source are, commune by commune",
        "Chất lượng dữ liệu của từng nguồn, theo từng xã (đúng, đủ, sạch, sống, thống nhất)",
    ),
    ("Lines for communes, the worst first", "Số dòng cho các xã, kém nhất trước"),
    ("What officers said about hamlets of divided communes", "Điều cán bộ đã xác nhận về thôn của xã bị chia"),
    (
        "Remember that a hamlet of an abolished commune now belongs to a commune of today",
        "Ghi nhớ thôn của xã cũ nay thuộc xã nào",
    ),
    (
        "Accounts of the pages: list, invite, new links, roles",
        "Tài khoản của các trang: liệt kê, mời, đường dẫn mới, vai trò",
    ),
    ("All accounts with their roles and communes", "Mọi tài khoản với vai trò và các xã"),
    ("Make an account and print its one-time link", "Tạo tài khoản và in đường dẫn dùng một lần"),
    ("The account's name", "Tên tài khoản"),
    ("The person's name", "Họ tên"),
    (
        "clerk, reviewer, commune_lead, it or province",
        "clerk (một cửa), reviewer (duyệt), commune_lead (lãnh đạo xã), it (kỹ thuật), province (tỉnh)",
    ),
    (
        "Codes of communes with commas between them, or * for the whole province",
        "Mã các xã, cách nhau bằng dấu phẩy, hoặc * là cả tỉnh",
    ),
    ("Print a new one-time link for somebody who lost the password", "In đường dẫn mới cho người quên mật khẩu"),
    ("Give an account another role and other communes", "Đổi vai trò và các xã của một tài khoản"),
    ("Ask the sources that answer for one citizen now", "Hỏi ngay các nguồn trả lời từng công dân"),
    ("The officer's account", "Tài khoản của cán bộ"),
    ("All answers", "Mọi câu trả lời"),
    ("Forget one answer", "Bỏ một câu trả lời"),
    ("Write all answers to a CSV file, to share them", "Ghi mọi câu trả lời ra tệp CSV để chia sẻ"),
    ("Take the answers of a CSV file in", "Nhận câu trả lời từ tệp CSV"),
    ("Bring the ledger's tables up to date", "Cập nhật bảng của sổ cái"),
];

fn vietnamese(english: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(en, _)| *en == english).map(|(_, vi)| *vi)
}

/// Puts the Vietnamese help into the grammar.
pub fn translate(command: Command) -> Command {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut command =
        command.subcommand_help_heading("Lệnh").help_template("{about-with-newline}\nCách dùng: {usage}\n\n{all-args}");
    if let Some(vi) = vietnamese(&about) {
        command = command.about(vi);
    }
    command = command.mut_args(|arg| {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let heading = if arg.is_positional() { "Đối số" } else { "Tuỳ chọn" };
        let arg = arg.help_heading(heading);
        match vietnamese(&help) {
            Some(vi) => arg.help(vi),
            None => arg,
        }
    });
    command = command.disable_help_flag(true).arg(flag("help", 'h', "Xem hướng dẫn", clap::ArgAction::Help));
    if command.get_version().is_some() {
        command =
            command.disable_version_flag(true).arg(flag("version", 'V', "Xem phiên bản", clap::ArgAction::Version));
    }
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, translate);
    }
    command
}

fn flag(name: &'static str, short: char, help: &'static str, action: clap::ArgAction) -> Arg {
    Arg::new(name).long(name).short(short).help(help).help_heading("Tuỳ chọn").action(action)
}

/// English help texts that have no Vietnamese.
#[cfg(test)]
pub fn untranslated(command: &Command) -> Vec<String> {
    let mut missing = Vec::new();
    let mut look = |text: Option<String>| {
        if let Some(text) = text.filter(|t| vietnamese(t).is_none()) {
            missing.push(text);
        }
    };
    look(command.get_about().map(ToString::to_string));
    for arg in command.get_arguments() {
        look(arg.get_help().map(ToString::to_string));
    }
    for child in command.get_subcommands() {
        missing.extend(untranslated(child));
    }
    missing
}
