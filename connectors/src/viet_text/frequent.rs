//! Syllables with marks that are frequent in lists of Vietnamese names and places.

use std::collections::HashSet;
use std::sync::LazyLock;

const FREQUENT: &str = "nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh \
    đinh lâm phùng mai tô hà tạ quách lương triệu lò vàng giàng sùng thào vừ lù chảo bàn phàn tẩn nông hứa hoa ma \
    thị văn hữu đức công thế minh ngọc thanh kim xuân thu hạ đông phương hương hằng hồng huệ huyền hiền hòa hoà hạnh \
    hải hùng hưng hiếu hiệp hậu khánh khải khôi kiên kiều lan loan liên liễu linh lợi lộc long luân lưu mạnh mẫu mỹ \
    nga nghĩa nhân nhật nhung oanh phát phong phú phúc phước phượng quân quang quý quốc quyên quyết quỳnh sơn tâm tân \
    tài thái thắng thành thảo thịnh thiện thọ thơm thông thuận thúy thùy thủy thương thư tiến tiên tín toàn tuấn tùng \
    tuyết tuyền tú tư trí trọng trung trường trâm trúc uyên vân việt vinh vĩnh vượng yến ánh ái ân bảo bích bình cường \
    châu chí chính chung cúc diễm diệp diệu dũng duyên đạt điệp định độ đài giáp \
    xã phường thị trấn huyện quận tỉnh thành phố thôn xóm bản ấp tổ dân khu số đường nam nữ chủ hộ vợ chồng con bố mẹ \
    anh chị họ và tên ngày tháng năm sinh giới tính tộc tình trạng hôn nhân kết chưa đã quan hệ với danh sách khẩu định \
    hợp cấp ngày phần hưng bắc mỹ đồng hóa lộc một thuận thạnh khánh tây nguyên nội nghệ đắk trà cẩm đại mường lạc \
    thượng thạch thịnh tĩnh kỳ lập biên bằng lợi hội khê điền xuyên điện ngãi nhơn lạng tiền bến phòng trị nông thới \
    cát phù trạch lào tuyên chiềng nậm cần hoằng lắk huế thụy tháp mới quế sông tích sóc cầu cư vạn hàm kiến diễn bà \
    krông đa chợ lục cà chánh kạn hoài vũng chư bạch động tàu lãng gò tịnh phổ môn chương đô rịa liêu thực chiến đạ \
    suối lũng mộc bạc thiên tràng cổ thăng tả mô quán nẵng hiếu phụng ngũ bá quỳ lệ dầu nà tùng đất trắng đen sử dụng \
    giấy chứng nhận thửa tờ diện địa chỉ mục đích cấp người quyền khai kết tử đăng ký quyển mất dưới trên của các được \
    không có là những này cho nhà nước việt đến từ tại về cùng như nếu đó lại phải ở để theo sở ủy thầy mã cũ đơn vị";

pub static FREQUENT_SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| FREQUENT.split_whitespace().filter(|word| !word.is_ascii()).collect());
