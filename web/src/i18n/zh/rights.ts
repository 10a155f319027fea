/** 客户的权利：全部资料的副本，停止使用，恢复使用。 */
export default {
  rights: {
    title: '客户的权利',
    archive: '申请导出全部资料',
    restrict: '停止使用资料',
    restrict_what: '之后不发消息、不在平板上、不打标签、不预约，只为法律要求的期限保存。已约的预约会取消。车在店里时，交车后才离开平板。',
    restrict_now: '确定停止使用',
    restrict_hint: '客户怎么说的，至少 5 个字。',
    restricted: '资料已改为仅存储',
    lift: '恢复使用资料',
    lift_hint: '客户怎么同意的，至少 5 个字。',
    lift_now: '恢复使用',
    lifted: '资料恢复使用',
    reason: '原因',
    stored: '仅存储',
    stored_short: '仅存储',
    stored_since: '{at}起，应客户要求停止使用：{reason}',
    stored_what: '不能修改、联系或预约。客户撤回授权仍可记录。',
    look: '找仅存储的客户',
    none: '没有这样的仅存储客户',
    away: '要联系服务器才能找',
  },
}
