"""What the customer's page says, in Chinese and English; words of wire values come from `documents/labels.py`."""

from typing import Literal

from server.documents.labels import Words
from server.domain.fields import Stage

Language = Literal["zh", "en"]

STAGES: dict[Stage, Words] = {
    "checked_in": Words("已接车", "Received"),
    "assigned": Words("已派工", "Assigned"),
    "diagnosing": Words("诊断中", "Diagnosis"),
    "awaiting_approval": Words("待确认", "Approval"),
    "awaiting_parts": Words("等配件", "Parts"),
    "repairing": Words("维修中", "Repair"),
    "quality_check": Words("质检", "Check"),
    "settling": Words("待结算", "Bill"),
    "ready": Words("可交车", "Ready"),
    "handed_over": Words("已交车", "Returned"),
    "cancelled": Words("已取消", "Cancelled"),
}

PURPOSES = {
    "service_messages": Words("维修进度和服务提醒", "Progress and service messages"),
    "marketing": Words("优惠与活动", "Offers and events"),
    "manufacturer_sharing": Words("与汽车厂家共享资料", "Sharing data with the manufacturer"),
}

LABELS: dict[str, Words] = {
    "title": Words("维修进度", "Your car's progress"),
    "other_language": Words("English", "中文"),
    "visit": Words("工单", "Visit"),
    "no_plate": Words("暂无车牌", "No plate yet"),
    "line": Words("进度", "Progress"),
    "tell_me": Words("进度变化时通知我", "Tell me when it changes"),
    "tell_me_why": Words("不用下载应用，随时可以关闭。", "No app needed. You can stop it at any time."),
    "told": Words("进度变化时会通知这台设备", "This device will be told"),
    "stop_telling": Words("不再通知", "Stop"),
    "asks": Words("请您确认", "Please decide"),
    "asks_why": Words("您同意的项目才会施工和收费。", "Only what you approve will be done and charged."),
    "approve": Words("同意", "Approve"),
    "decline": Words("不做", "Decline"),
    "defer": Words("以后再说", "Decide later"),
    "approve_all": Words("全部同意", "Approve all"),
    "if_all": Words("全部同意后合计", "Total if you approve all"),
    "changed": Words("这一项有变动，请再看一次", "This changed since you answered. Please look again"),
    "was": Words("原", "was"),
    "we_suggest": Words("建议：{plan}", "We suggest: {plan}"),
    "is_approved": Words("已同意", "Approved"),
    "is_declined": Words("不做", "Declined"),
    "is_deferred": Words("以后再说", "Later"),
    "hours": Words("小时", "h"),
    "change_mind": Words("改主意", "Change my answer"),
    "your_answers": Words("维修项目", "Work on your car"),
    "approved_sum": Words("您已同意", "You approved"),
    "findings": Words("检查结果", "What we checked"),
    "rest": Words("其余 {count} 项", "{count} more"),
    "act_below": Words("低于 {limit} 须处理", "act below {limit}"),
    "act_above": Words("高于 {limit} 须处理", "act above {limit}"),
    "parts": Words("已更换的配件", "Parts replaced"),
    "bill": Words("账单", "Bill"),
    "discount": Words("优惠", "Discount"),
    "total": Words("合计", "Total"),
    "within": Words("未超过您同意的金额 {sum}", "Within what you approved, {sum}"),
    "paid": Words("已付", "Paid"),
    "due": Words("待付", "To pay"),
    "settled": Words("已结清", "Settled"),
    "refund": Words("退款", "Refund"),
    "advice": Words("保养建议", "Maintenance advice"),
    "or": Words("或", "or"),
    "document": Words("交车单（已签章 PDF）", "Handover document (sealed PDF)"),
    "document_why": Words("可保存、打印，签章可验证", "Keep it or print it; the seal can be verified"),
    "sign_again": Words("您签字后单据有变化，请重新确认", "The paper changed after you signed it. Please look again"),
    "sign_again_why": Words(
        "您 {at} 签的{paper}是旧版本：签名已保存，没有生效。以下是您签字后的变化：",
        "What you signed {at} ({paper}) was the old version: the signature is kept, but does not count. "
        "This changed since:",
    ),
    "sign_again_how": Words(
        "同意以上变化，请在门店的平板上重新签字；不同意，请先联系门店。",
        "If you agree, sign again on the store's tablet. If not, call the store first.",
    ),
    "you_signed": Words("您签的那一份", "What you signed"),
    "as_it_is": Words("现在的这一份", "As it is now"),
    "you_signed_then": Words("当时签的那一份", "What was signed then"),
    "amended": Words("交车单的更正", "What was put right"),
    "amended_why": Words(
        "交车后发现单据有误，门店做了更正。您签过的原件不变，以最新的更正单为准。",
        "Something on the paper was wrong. What you signed stays as it is; the newest amendment takes precedence.",
    ),
    "amendment": Words("更正单", "Amendment"),
    "amended_reason": Words("原因：", "Reason:"),
    "amended_pdf": Words("更正单（已签章 PDF）", "Amendment (sealed PDF)"),
    "signatures": Words("签名记录", "Your signatures"),
    "signature_kept": Words("已保存，还没有生效", "Kept; does not count yet"),
    "signature_replaced": Words("没有生效，已由之后的签名取代", "Did not count; a later signature took its place"),
    "signature_earlier": Words("之后又签过新的一份", "A newer one was signed after it"),
    "signature_counts": Words("有效", "Counts"),
    "history": Words("全部动态", "All updates"),
    "photos": Words("接车与维修照片", "Photos of your car"),
    "concerns": Words("您说的问题", "What you told us"),
    "new_time": Words("预计可取时间", "Ready by"),
    "report_there": Words("检查报告已发布", "Inspection report published"),
    "note": Words("门店留言", "Message from the store"),
    "survey": Words("这次服务怎么样？", "How did we do?"),
    "speed": Words("速度", "Speed"),
    "quality": Words("质量", "Quality"),
    "price": Words("价格", "Price"),
    "courtesy": Words("态度", "Courtesy"),
    "stars": Words("星", "stars"),
    "recommend": Words("愿意推荐给朋友吗？0 不愿意，10 非常愿意", "Would you recommend us? 0 no, 10 yes"),
    "words": Words("想说的话（可不填）", "Anything else (optional)"),
    "send": Words("提交评价", "Send"),
    "thanks": Words("谢谢您的评价", "Thank you for your answer"),
    "consents": Words("消息与隐私", "Messages and privacy"),
    "looks": Words("谁看过我的资料", "Who looked at my file"),
    "consents_why": Words("您可以随时撤回，和同意一样简单。", "You can withdraw at any time, as easily as you agreed."),
    "granted": Words("已同意", "Agreed"),
    "withdrawn": Words("已撤回", "Withdrawn"),
    "unsaid": Words("未表示", "Not said"),
    "grant": Words("同意", "Agree"),
    "withdraw": Words("撤回", "Withdraw"),
    "refuse": Words("不同意", "Refuse"),
    "own_data": Words("我的资料", "My data"),
    "archive": Words("下载我的全部资料", "Download everything about me"),
    "archive_why": Words(
        "一个压缩包：所有记录（可用程序读取）、盖章的单据和照片。下载进度由浏览器显示。",
        "One zip: every record (for programs), the sealed papers, the photos. The browser shows its progress.",
    ),
    "restrict": Words("停止使用我的资料", "Stop using my data"),
    "restrict_why": Words(
        "以后不再联系您，门店平板和搜索里不再有您，还没到的预约会取消。"
        "法律要求保存的维修记录（2 年，三包 6 年）只存放、不使用，到期删除；其余的下次清理时删除。"
        "车在店里时，到取车为止照常。要恢复请联系门店。",
        "You will not be contacted any more; the store's tablets and searches no longer have you; bookings ahead "
        "are cancelled. Repair records that the law wants kept (2 years, 6 under warranty) are only stored, then "
        "deleted; the rest goes with the next clean-up. A car in the shop is finished first. The store can undo it.",
    ),
    "restrict_now": Words("确定停止使用", "Stop using it"),
    "restricted": Words("从 {at} 起，您的资料仅存储，不再使用。", "Since {at} your data is only stored and not used."),
    "call": Words("电话", "Call"),
    "map": Words("地图", "Map"),
    "gate": Words("请输入手机号后 4 位", "Enter the last 4 digits of your phone"),
    "gate_why": Words(
        "链接可能被转发，所以检查结果、价格和文件要先核对您在门店留的手机号。这台手机只需一次。",
        "A link can be forwarded, so findings, prices and documents need the number you left with the store. "
        "Once on this phone.",
    ),
    "digits": Words("手机号后 4 位", "Last 4 digits"),
    "open_up": Words("查看详情", "Open"),
    "ask": Words("问一下", "Ask"),
    "question": Words("您的问题", "Your question"),
    "send_question": Words("发送问题", "Send the question"),
    "questions": Words("有问题？", "Any questions?"),
    "you_asked": Words("您问", "You asked"),
    "store_says": Words("门店答复", "The store"),
    "no_reply_yet": Words("门店会在这里答复", "The store will answer here"),
    "reach": Words("怎样通知您", "How to reach you"),
    "channels": Words("通知方式", "Messages by"),
    "order_push_sms": Words("先通知，后短信", "Notification, then SMS"),
    "order_sms_push": Words("先短信，后通知", "SMS, then notification"),
    "order_push": Words("只用通知", "Notification only"),
    "order_sms": Words("只用短信", "SMS only"),
    "no_wish": Words("由门店决定", "As the store does"),
    "quiet": Words("免打扰", "Quiet hours"),
    "quiet_none": Words("不设", "none"),
    "quiet_start": Words("免打扰开始", "Quiet from"),
    "quiet_end": Words("免打扰结束", "Quiet until"),
    "language": Words("语言", "Language"),
    "save": Words("保存", "Save"),
    "bookings": Words("预约下次来店", "Book a visit"),
    "book_on": Words("日期", "Day"),
    "book_slot": Words("时间", "Time"),
    "book_work": Words("做什么", "What for"),
    "book_note": Words("补充说明（可不填）", "Anything else (optional)"),
    "book": Words("申请预约", "Ask for this time"),
    "book_why": Words("门店确认后，这里会显示。", "The store's answer will show here."),
    "book_another": Words("再约一次", "Ask for another"),
    "is_requested": Words("已申请 {at}，等门店确认", "Asked for {at}; waiting for the store"),
    "is_booked": Words("已确认：{at}", "Confirmed: {at}"),
    "is_moved": Words("改到 {at}（原 {was}）", "Moved to {at} (was {was})"),
    "is_cancelled": Words("已取消：{at}", "Cancelled: {at}"),
    "add_date": Words("加入日历", "Add to calendar"),
    "cal_ready": Words("取车 {car}", "Collect {car}"),
    "cal_advice": Words("{car} {text}", "{car} {text}"),
    "cal_booking": Words("{car} 到店：{work}", "{car} at the workshop: {work}"),
    "earlier": Words("这台车的来店记录", "This car's earlier visits"),
    "lost_title": Words("这个链接打不开了", "This link does not open any more"),
    "lost": Words(
        "链接可能已过期或被停用。请向门店的服务顾问要一个新的链接。",
        "It may have expired or been withdrawn. Please ask the store's service advisor for a new one.",
    ),
}

WORK = {
    "保养": Words("保养", "Maintenance"),
    "维修": Words("维修", "Repair"),
    "检查": Words("检查", "Inspection"),
    "轮胎": Words("轮胎", "Tyres"),
    "事故": Words("事故车", "Accident damage"),
    "其他": Words("其他", "Something else"),
}
"""What an appointment is asked for, as the shop reads it, and in the customer's words."""

NOTICES = {
    "done": Words("已收到，谢谢。", "Received, thank you."),
    "kept": Words("项目刚刚有变动，请再看一次。", "It has just changed. Please look again."),
    "refused": Words("没能提交，请致电门店。", "That did not work. Please call the store."),
    "incomplete": Words("没有填完整，请再试一次。", "Something is missing. Please try again."),
    "wrong_digits": Words(
        "号码不对，请核对您在门店留的手机号。", "These digits do not match the number the store has."
    ),
    "wait": Words(
        "输错次数太多，请过一会儿再试，或致电门店。", "Too many wrong tries. Please wait, or call the store."
    ),
}
"""What became of a form without a script (`?said=`)."""

SPOKEN: dict[str, Words] = {
    "sending": Words("正在发送…", "Sending…"),
    "waiting": Words("已记下，联网后自动发送", "Noted; it will be sent when you are online"),
    "done": Words("已收到", "Received"),
    "kept": Words("项目刚刚有变动，请再看一次", "It has just changed. Please look again"),
    "refused": Words("没能提交，请致电门店", "That did not work. Please call the store"),
    "rate_all": Words("请先给四项打分，并选择 0–10", "Please rate all four and choose 0–10"),
    "push_denied": Words(
        "通知被浏览器关闭了，可在浏览器的网站设置中允许。本页会自动更新。",
        "Notifications are blocked in the browser's site settings. This page updates by itself.",
    ),
    "push_cannot": Words(
        "这个浏览器不支持通知。打开本页即可看到最新进度，页面会自动更新。",
        "This browser cannot notify you. This page always shows the latest and updates by itself.",
    ),
    "push_install": Words(
        "苹果手机请先点“分享”→“添加到主屏幕”，再从主屏幕打开本页开启通知。",
        "On an iPhone, first Share → Add to Home Screen, then open the page from there.",
    ),
    "push_failed": Words(
        "连不上通知服务，通知没有开启。本页会自动更新。",
        "The notification service cannot be reached. This page updates by itself.",
    ),
}
"""What only the script says; it reads them from the page."""
