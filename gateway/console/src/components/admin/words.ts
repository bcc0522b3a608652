import { useI18n } from 'vue-i18n';

// Devices and drivers speak English sentences of their own. Those an installer meets are said in Chinese here; what is
// not known is shown as it came, because half a translation misleads.
const exact: Record<string, string> = {
  reachable: '能连通',
  connection: '连接',
  password: '登录',
  login: '登录',
  'log-in': '登录',
  credentials: '凭据',
  model: '型号',
  firmware: '固件',
  serial: '序列号',
  clock: '时钟',
  identity: '身份',
  'event stream': '事件通道',
  'event service': '事件服务',
  'picture stream': '图片通道',
  stream: '事件通道',
  'push entry': '推送位',
  'push slots free': '空闲推送位',
  'event port': '事件端口',
  listener: '接收端口',
  listening: '设备推送到本机',
  'listening change': '推送位改动',
  'listening test': '推送测试',
  registered: '注册',
  encryption: '加密',
  barrier: '道闸',
  'barrier command': '道闸命令',
  door: '门',
  doors: '门',
  relays: '继电器',
  inputs: '输入点',
  'relay outputs': '继电器输出',
  snapshot: '抓拍',
  settings: '设置',
  mapping: '映射',
  events: '事件',
  records: '记录',
  'record log': '设备记录',
  'record epoch': '记录序号轮次',
  'records in its log': '设备内记录数',
  'backfill position': '补传位置',
  'event position': '事件位置',
  mode: '接收方式',
  capabilities: '能力',
  persons: '人员数',
  faces: '人脸数',
  family: '设备系列',
  way: '对接方式',
  mac: 'MAC 地址',
  type: '类型',
  services: '服务',
  'stamp error': '时间戳误差',
  'commands waiting': '待执行命令',
  'events understood': '已识别事件',
  accepted: '通过',
  open: '已打开',
  opens: '能打开',
  readable: '可读取',
  offered: '支持',
  'not wired': '未接线',
  'its position is readable': '位置可读取',
  'commands will not be confirmed: no position': '读不到杆位，开闸后无法确认',
  'no entry points at us and none is free': '推送位都被占用，没有指向本机的',
  'check cable, power and the address in the configuration': '检查网线、电源和配置里的地址',
  'correct user name and password; wait until the device unlocks us, do not try often':
    '核对用户名和密码；被锁定就等它解锁，不要连续尝试',
  'correct user name and password; after five wrong ones the device locks us out':
    '核对用户名和密码；输错五次设备会锁定',
  'make sure that this is an ISAPI device': '确认这是海康（ISAPI）设备',
  'make sure that this is a Dahua device and that CGI is switched on in its security settings':
    '确认这是大华设备，并在安全设置里打开 CGI',
  "set the device's time server, or run device-sync": '给设备设置校时服务器，或执行设备校时',
  'let the device follow a time server': '让设备跟随校时服务器',
  'close other programs that hold the event stream; some models allow few':
    '关闭占用事件通道的其他程序；有的型号只允许很少连接',
  'the device has no HTTP listening, or its user may not read it; set mode = "stream"':
    '设备没有 HTTP 推送功能，或账号无权读取；把 mode 设为 "stream"',
  'give the user the right to search records, or set backfill = false':
    '给该账号查询记录的权限，或设 backfill = false',
  'give the user the right for remote control of doors': '给该账号远程开门的权限',
  'check cable, power and address, and that no other program holds the connection':
    '检查网线、电源和地址，并确认没有其他程序占用连接',
  'check cable, power, address and port, and that ONVIF is switched on': '检查网线、电源、地址和端口，并打开 ONVIF',
  'the connection was refused': '设备拒绝连接',
  'connection refused': '设备拒绝连接',
  'timed out': '没有应答，超时',
  'the device does not answer': '设备不应答',
  yes: '是',
  no: '否',
  'no time service keeps it': '没有校时服务',
  'tells no time': '不报时间',
  'firmware unknown': '固件不明',
  'lists in step': '名单一致',
  'lists not in step': '名单不一致',
  'delivered upstream': '已送到上级',
  'not delivered upstream yet': '还没有送到上级',
  'no upstream is configured': '没有配置上级平台',
  'no device has been on line yet': '还没有设备上过线',
  'every device at least 98 %': '每台设备都不低于 98 %',
  'pull the uplink for ten minutes, then run the checks again': '请断开上级网络十分钟，再重做检查',
  'let somebody pass, then run the checks again': '请实际通行一次，再重做检查',
  true: '是',
  false: '否',
};

const patterns: [RegExp, string][] = [
  [/^start device (\S+)$/, '启动设备 $1'],
  [/^restart device (\S+)$/, '重新连接设备 $1'],
  [/^stop device (\S+)$/, '停用设备 $1'],
  [/^start upstream (\S+)$/, '连接上级平台 $1'],
  [/^restart upstream (\S+)$/, '重新连接上级平台 $1'],
  [/^stop upstream (\S+)$/, '断开上级平台 $1'],
  [/^start channel (\S+)$/, '启用通知渠道 $1'],
  [/^restart channel (\S+)$/, '重启通知渠道 $1'],
  [/^stop channel (\S+)$/, '停用通知渠道 $1'],
  [/^add lane (\S+)$/, '新增车道 $1'],
  [/^change lane (\S+)$/, '修改车道 $1'],
  [/^remove lane (\S+)$/, '删除车道 $1'],
  [/^change section (\S+)$/, '修改 [$1] 一节'],
  [/^restart the service: (.+)$/, '重启本机服务后才生效：$1'],
  [/^(\d+) devices$/, '设备 $1 台'],
  [/^(\d+) rows looked at$/, '检查了 $1 条记录'],
  [/^(\d+) lanes$/, '车道 $1 条'],
  [/^not reachable: (.+)$/, '连不上：$1'],
  [/^clock (-?\d+) ms away$/, '时钟相差 $1 毫秒'],
  [/^firmware (.+)$/, '固件 $1'],
  [/^records (\d+) d$/, '记录 $1 天'],
  [/^pictures (\d+) d$/, '图片 $1 天'],
  [/^visitors (\d+) d$/, '访客 $1 天'],
  [/^alerts (\d+) d$/, '告警 $1 天'],
  [/^audit (\d+) d$/, '审计 $1 天'],
  [/^(\S+) is connected$/, '$1 已连接'],
  [/^(\S+) is down$/, '$1 断开'],
  [/^(\d+) entries wait$/, '待送 $1 条'],
  [/^below 98 %: (.+)$/, '低于 98 %：$1'],
  [/^(\S+) was away for (\d+) min$/, '$1 断开了 $2 分钟'],
  [/^(\d+) entries are still on their way$/, '还有 $1 条正在补送'],
  [/^(\d+) entries were lost$/, '丢失 $1 条'],
  [/^in the gateway (-?\d+) ms after the capture$/, '抓拍后 $1 毫秒到本机'],
  [/^read to act (\d+) ms$/, '识别到动作 $1 毫秒'],
  [/^(-?\d+) ms (?:away )?from ours$/, '与本机相差 $1 毫秒'],
  [/^(\S+) answers$/, '$1 有应答'],
  [/^barrier (\d+)$/, '道闸 $1'],
  [/^door (\d+)$/, '门 $1'],
  [/^gate (\d+)$/, '道闸 $1'],
  [/^entry (\S+) points at us$/, '推送位 $1 已指向本机'],
  [/^entry (\S+)$/, '推送位 $1'],
  [/^no entry points at us; free is entry (\S+?)(?::.*)?$/, '还没有推送位指向本机；空闲推送位：$1'],
  [/^doors (\d+) to (\d+)$/, '门 $1 到 $2'],
  [/^(\d+) of (\d+)$/, '$1 个（共 $2 个）'],
  [/^refused; (\d+) attempts? (?:is|are) left.*$/, '被拒绝；再输错 $1 次会被锁定'],
];

function known(text: string): string | undefined {
  const words = exact[text];
  if (words !== undefined) return words;
  const found = patterns.find(([pattern]) => pattern.test(text));
  return found && text.replace(found[0], found[1]);
}

// A number, a name or a model needs no translation; two words beside each other are a sentence.
const isName = (text: string): boolean => !/[a-z]+ [a-z]+/.test(text);

function inParts(text: string, between: string, mark: string): string | undefined {
  const parts = text.split(between);
  if (parts.length < 2) return undefined;
  const words = parts.map((part) => inWords(part) ?? (isName(part) ? part : undefined));
  return words.every((word) => word !== undefined) ? words.join(mark) : undefined;
}

const inWords = (text: string): string | undefined => known(text) ?? inParts(text, '; ', '；') ?? inParts(text, ', ', '，');

export const inChinese = (text: string): string => inWords(text) ?? text;

// A clock's error as people say it: by how much, and which way.
export function offsetText(t: (key: string, values: { span: string }) => string, ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 1) return t('admin.clock.right', { span: '' });
  const span = seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return t(ms > 0 ? 'admin.clock.fast' : 'admin.clock.slow', { span });
}

export function useWords(): { said: (text: unknown) => string } {
  const { locale } = useI18n();
  return { said: (text) => (locale.value === 'zh-CN' ? inChinese(String(text)) : String(text)) };
}
