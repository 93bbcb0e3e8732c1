//! The next step for what can go wrong here.

pub(crate) fn advice(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "BACKUP_TOOLS" => (
            "Cài công cụ của PostgreSQL (apt install postgresql-client), phiên bản không thấp hơn máy chủ, rồi chạy lại.",
            "Install PostgreSQL's tools (apt install postgresql-client), no older than the server, then run again.",
        ),
        "BACKUP_TOOL_FAILED" => (
            "Đọc nguyên nhân đã nêu: thường là mật khẩu (ledger.password), máy chủ tắt, hoặc công cụ cũ hơn máy chủ.",
            "Read the cause: usually the password (ledger.password), a server that is down, or a tool older than it.",
        ),
        "BACKUP_DAMAGED" => (
            "Bản sao này đã hỏng, đừng dùng. Chọn bản cũ hơn và kiểm tra: doisoat backup --verify THƯ_MỤC. Xem lại ổ đĩa.",
            "This backup is damaged: do not use it. Take an older one and check it: doisoat backup --verify DIR. See to the disk.",
        ),
        "BACKUP_NOT_WHOLE" => (
            "Chỉ đúng thư mục của một bản sao: doisoat-NGÀYTGIỜZ, bên trong có manifest.json.",
            "Name the folder of one backup: doisoat-DATETTIMEZ, with a manifest.json in it.",
        ),
        "BACKUP_NAME" => (
            "Thêm tên bản sao đã nêu vào sau đường dẫn rồi chạy lại.",
            "Put the named backup behind the path, then run again.",
        ),
        "BACKUP_NEWER" => (
            "Cài phiên bản doisoat đã tạo bản sao, hoặc mới hơn, rồi khôi phục lại.",
            "Install the version of doisoat that made the backup, or a newer one, then restore.",
        ),
        "BACKUP_INSIDE" => (
            "Chọn thư mục ngoài thư mục dữ liệu, tốt nhất trên ổ đĩa khác.",
            "Choose a folder outside the data folder, best on another disk.",
        ),
        "BACKUP_UNDER_WAY" => {
            ("Đợi lần sao lưu kia xong rồi chạy lại.", "Wait for the other backup to end, then run again.")
        }
        "BACKUP_MOVED" => (
            "Chạy lại khi không có lượt đối soát nào; nếu vẫn vậy, ảnh chụp đã mất: chạy doisoat run để tải lại.",
            "Run again while no run is under way; if it stays so the snapshot is lost: doisoat run pulls it again.",
        ),
        "NOTHING_TO_BACK_UP" => (
            "Chưa có gì để sao lưu. Kiểm tra --config và data.directory.",
            "There is nothing to back up yet. Check --config and data.directory.",
        ),
        "SNAPSHOT_DAMAGED" => (
            "Ổ đĩa dữ liệu đã làm hỏng một ảnh chụp: kiểm tra ổ đĩa, giữ các bản sao cũ, rồi chạy doisoat run để tải lại.",
            "The data disk has damaged a snapshot: see to the disk, keep older backups, then pull again with doisoat run.",
        ),
        "RESTORE_NOT_EMPTY" => (
            "Không ghi đè. Chuyển dữ liệu cũ đi chỗ khác (hoặc tạo cơ sở dữ liệu mới), rồi khôi phục lại.",
            "Nothing is overwritten. Move the old data away (or make a new database), then restore.",
        ),
        "RESTORE_OTHER" => (
            "Chép settings/doisoat.toml trong bản sao ra chỗ của nó, sửa cho đúng máy này, rồi chạy lại với --config.",
            "Copy settings/doisoat.toml out of the backup to its place, mend it for this machine, then run with --config.",
        ),
        "RESTORE_HALF" => (
            "Dọn trống thư mục dữ liệu và cơ sở dữ liệu, xem quyền ghi và chỗ trống, rồi khôi phục lại từ đầu.",
            "Empty the data folder and the database, see to rights and room, then restore from the beginning.",
        ),
        "DISK_SPACE" => (
            "Giải phóng chỗ trên đĩa dữ liệu (bản sao cũ, nhật ký, doisoat retention), rồi chạy: doisoat run --resume. Không mất gì.",
            "Make room on the data disk (old backups, logs, doisoat retention), then run: doisoat run --resume. Nothing is lost.",
        ),
        _ => return None,
    })
}
