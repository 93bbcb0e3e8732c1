//! What a commune is told about a file or a row that came back: why, and what to do.

/// For a whole file, by the code of the error.
pub fn file(code: &str) -> (&'static str, &'static str) {
    match code {
        "no_commune" => (
            "Tên tệp không bắt đầu bằng mã xã 5 chữ số, nên không biết danh sách là của xã nào.",
            "Đổi tên tệp thành <mã xã>_<nội dung>, ví dụ 00691_danhsach.xlsx, rồi gửi lại.",
        ),
        "unknown_commune" => (
            "Mã ở đầu tên tệp không phải mã của một xã, phường hiện nay trong tỉnh.",
            "Dùng mã mới (từ 01/7/2025) của xã, phường ở đầu tên tệp rồi gửi lại.",
        ),
        "not_a_table" => ("Tệp không phải bảng tính.", "Lưu danh sách thành .xlsx, .xls, .ods hoặc .csv rồi gửi lại."),
        "bad_encoding" => {
            ("Không nhận ra bảng mã chữ Việt của tệp.", "Mở tệp, lưu lại thành .xlsx hoặc \"CSV UTF-8\" rồi gửi lại.")
        }
        "bad_csv" | "bad_workbook" | "bad_file" => (
            "Tệp hỏng, bị cắt hoặc không đúng định dạng của nó.",
            "Mở tệp xem có đọc được không, lưu lại thành .xlsx rồi gửi lại.",
        ),
        "workbook_locked" => ("Tệp đặt mật khẩu.", "Bỏ mật khẩu, lưu lại rồi gửi lại."),
        "no_header" => (
            "Không tìm thấy dòng tiêu đề của mẫu nào đã biết.",
            "Giữ nguyên dòng tiêu đề của mẫu (STT, Họ và tên, Số định danh…), hoặc nhờ cán bộ công nghệ thông tin khai báo bảng này.",
        ),
        "too_many_cells" | "body_too_large" => (
            "Tệp lớn hơn mức cho phép.",
            "Xoá các dòng, cột và trang trống, hoặc tách tệp; nếu danh sách thật sự lớn, báo cán bộ công nghệ thông tin.",
        ),
        "superseded" => (
            "Trong cùng một đêm có tệp mới hơn cho cùng xã và cùng loại danh sách; chỉ tệp mới nhất được nhận.",
            "Gộp các danh sách thành một tệp (nhiều trang cũng được) rồi gửi lại.",
        ),
        "already_taken" => (
            "Nội dung tệp giống hệt một tệp đã nhận trước đây, nên không nhận lần nữa.",
            "Không cần làm gì. Nếu gửi nhầm tệp cũ, hãy gửi tệp mới.",
        ),
        "TOO_MANY_UNREADABLE" => (
            "Quá nhiều dòng không đọc được, nên cả tệp không được nhận; dữ liệu lần trước của xã được giữ nguyên.",
            "Xem tệp -dong-loi.xlsx bên cạnh, sửa các dòng đã nêu trong tệp gốc rồi gửi lại cả tệp.",
        ),
        _ => ("Tệp không đọc được.", "Báo cán bộ công nghệ thông tin kèm mã lỗi ở trên."),
    }
}

/// For one row, by the reason of the reject.
pub fn row(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "bad_date" => (
            "Ngày không có thật hoặc không đúng kiểu",
            "Ghi ngày/tháng/năm (05/03/1956), tháng/năm (03/1956) hoặc chỉ năm (1956)",
        ),
        "no_key" => ("Dòng không có số thứ tự, số đăng ký hoặc khoá", "Điền số thứ tự (hoặc số đăng ký) của dòng"),
        "conflicting_version" => {
            ("Hai dòng cùng số nhưng khác nội dung", "Đánh lại số thứ tự (hoặc số, quyển) để mỗi dòng một số")
        }
        "wrong_commune" => ("Mã xã không phải mã hiện nay trong tỉnh", "Ghi mã xã 5 chữ số đang dùng"),
        "bad_number" => {
            ("Số không đúng kiểu", "Ghi số bằng chữ số, dấu phẩy cho phần thập phân, không dấu ngăn cách hàng nghìn")
        }
        "no_event" => ("Dòng không có họ tên của người được đăng ký", "Điền họ tên"),
        _ => ("Dòng không đọc được", "Kiểm tra các ô của dòng so với mẫu"),
    }
}
