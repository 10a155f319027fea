/** 投诉在各处露面的几个词，客户的提问。 */
export default {
  complaint: {
    title: '投诉',
    step: { confirm: '确认', analyse: '分析', agree: '商定', handle: '处理', call_back: '回访' },
    late: '已超时 {span}',
    open: '登记投诉',
    handled_by: '由 {name} 联系客户',
    handled_by_nobody: '有事待答复，还没有人负责',
    until: '{at} 前答复',
    todo: '{name}的投诉：{step}',
  },
  survey: { title: '客户评价', at: '{at} 填写', of: '{n} / 5' },
  question: {
    title: '客户的提问',
    about: '关于“{name}”',
    waiting: '待回复',
    answer: '写下回复，客户在网页上会看到',
    send: '回复',
    sent: '已回复客户',
    replied: '{name} {at} 回复',
    todo: '回复 {name} 的提问',
  },
}
