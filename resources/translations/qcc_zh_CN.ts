<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
<context>
    <name>AttemptsChart</name>
    <message>
        <source>%1 ms</source>
        <comment>axis</comment>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>axis</comment>
        <translation>%1 s</translation>
    </message>
</context>
<context>
    <name>ChangeText</name>
    <message>
        <source>Deleted endpoint %1</source>
        <translation>已删除端点 %1</translation>
    </message>
    <message>
        <source>Deleted cluster %1</source>
        <translation>已删除集群 %1</translation>
    </message>
    <message>
        <source>Endpoint %1 is back</source>
        <translation>端点 %1 已恢复</translation>
    </message>
    <message>
        <source>Cluster %1 is back</source>
        <translation>集群 %1 已恢复</translation>
    </message>
    <message>
        <source>Moved endpoint %1 to %2</source>
        <translation>已将端点 %1 移到 %2</translation>
    </message>
    <message>
        <source>Endpoint %1 is back in %2</source>
        <translation>端点 %1 已回到 %2</translation>
    </message>
    <message>
        <source>The route %1 was changed or removed meanwhile.</source>
        <translation>路由 %1 在此期间已被修改或删除。</translation>
    </message>
    <message>
        <source>Look at the list again.</source>
        <translation>请重新查看列表。</translation>
    </message>
    <message>
        <source>Deleted route %1</source>
        <translation>已删除路由 %1</translation>
    </message>
    <message>
        <source>Route %1 is back</source>
        <translation>路由 %1 已恢复</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>%1: %2</source>
        <comment>endpoint, what went wrong</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>ClientWords</name>
    <message>
        <source>OpenAI&apos;s SDK</source>
        <translation>OpenAI SDK</translation>
    </message>
    <message>
        <source>Connect</source>
        <comment>a client</comment>
        <translation>连接</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <comment>a client</comment>
        <translation>断开</translation>
    </message>
    <message>
        <source>Show…</source>
        <translation>查看…</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Settings cannot be read</source>
        <translation>无法读取设置</translation>
    </message>
    <message>
        <source>Connected, but something is in the way</source>
        <translation>已连接，但有其他设置阻碍</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>By the variable %1, and not by qcc</source>
        <translation>由变量 %1 设置，不是 qcc 设置的</translation>
    </message>
    <message>
        <source>Set by hand; its last request came %1</source>
        <translation>由人手动设置；最近的请求：%1</translation>
    </message>
    <message>
        <source>Set by hand, and not by qcc</source>
        <translation>由人手动设置，不是 qcc 设置的</translation>
    </message>
    <message>
        <source>Connected, waits for its first request</source>
        <translation>已连接，等待它的第一个请求</translation>
    </message>
    <message>
        <source>Start %1 anew, and send it something</source>
        <comment>a client</comment>
        <translation>请重新启动 %1 并向它发送一条消息</translation>
    </message>
    <message>
        <source>The first request came at %1</source>
        <translation>第一个请求于 %1 到达</translation>
    </message>
    <message>
        <source>Its last request came %1</source>
        <translation>最近的请求：%1</translation>
    </message>
    <message>
        <source>Asks an address that is none</source>
        <translation>请求发往一个无效的地址</translation>
    </message>
    <message>
        <source>Asks %1</source>
        <comment>an address</comment>
        <translation>请求发往 %1</translation>
    </message>
    <message>
        <source>No longer connected</source>
        <translation>不再连接</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>Somebody has changed its settings since</source>
        <translation>此后有人更改了它的设置</translation>
    </message>
    <message>
        <source>Asks its vendor</source>
        <translation>请求发往其厂商</translation>
    </message>
    <message>
        <source>Connecting changes single lines of their settings, and shows them first.</source>
        <translation>连接只更改其设置中的个别行，并且会先显示出来。</translation>
    </message>
    <message>
        <source>1 of %1 goes through qcc. Connecting changes single lines of their settings, and shows them first.</source>
        <comment>clients</comment>
        <translation>%1 个中有 1 个经过 qcc。连接只更改其设置中的个别行，并且会先显示出来。</translation>
    </message>
    <message>
        <source>%1 of %2 go through qcc. Connecting changes single lines of their settings, and shows them first.</source>
        <comment>clients</comment>
        <translation>%2 个中有 %1 个经过 qcc。连接只更改其设置中的个别行，并且会先显示出来。</translation>
    </message>
    <message>
        <source>%1 asks qcc from its next start on</source>
        <comment>a client</comment>
        <translation>%1 下次启动后会通过 qcc</translation>
    </message>
    <message>
        <source>%1 has its own settings back</source>
        <comment>a client</comment>
        <translation>%1 已恢复自己的设置</translation>
    </message>
    <message>
        <source>%1 has its own settings back, but for what somebody has changed since</source>
        <comment>a client</comment>
        <translation>%1 已恢复自己的设置，此后被人更改的除外</translation>
    </message>
</context>
<context>
    <name>ClustersText</name>
    <message>
        <source>New endpoint in %1</source>
        <translation>%1 中的新端点</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>未保存：%1</translation>
    </message>
    <message>
        <source>Being saved. Your keychain may ask you to unlock it.</source>
        <translation>正在保存。钥匙串可能会要求您解锁。</translation>
    </message>
    <message>
        <source>It was removed from config.json meanwhile. Saving adds it again.</source>
        <translation>它已从 config.json 中移除。保存会重新添加它。</translation>
    </message>
    <message>
        <source>config.json was changed meanwhile. What you typed is kept, all else follows the file.</source>
        <translation>config.json 已被修改。您输入的内容保留，其余以文件为准。</translation>
    </message>
    <message>
        <source>Out of use: %1</source>
        <translation>已停用：%1</translation>
    </message>
    <message>
        <source>It is in use: requests are refused until another cluster is chosen.</source>
        <translation>它正在使用：在选择其他集群之前，请求会被拒绝。</translation>
    </message>
    <message>
        <source>Its %1 endpoints and their keys go with it.</source>
        <translation>它的 %1 个端点及其密钥会一并删除。</translation>
    </message>
    <message>
        <source>No other endpoint of the cluster in use can take its requests: they fail until there is one.</source>
        <translation>正在使用的集群中没有其他端点能接替它：在有可用端点之前，请求会失败。</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) run there; they are finished.</source>
        <translation>
            <numerusform>有 %n 个请求正在那里进行；它们会正常完成。</numerusform>
        </translation>
    </message>
    <message>
        <source>It was picked by hand.</source>
        <translation>它是手动选定的。</translation>
    </message>
    <message>
        <source>%1 refused the stored key.</source>
        <comment>endpoint</comment>
        <translation>%1 拒绝了保存的密钥。</translation>
    </message>
    <message>
        <source>%1 refused the stored key: %2</source>
        <comment>endpoint, why</comment>
        <translation>%1 拒绝了保存的密钥：%2</translation>
    </message>
    <message>
        <source>Saving tests it at once.</source>
        <translation>保存后会立即测试。</translation>
    </message>
    <message>
        <source>Saved · testing…</source>
        <translation>已保存 · 正在测试…</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>Saved · healthy, %1</source>
        <comment>time</comment>
        <translation>已保存 · 正常，%1</translation>
    </message>
    <message>
        <source>Saved · healthy</source>
        <translation>已保存 · 正常</translation>
    </message>
    <message>
        <source>Saved · %1. %2</source>
        <comment>what is wrong, what to do</comment>
        <translation>已保存 · %1。%2</translation>
    </message>
</context>
<context>
    <name>DetailText</name>
    <message>
        <source>Cancelled by the client</source>
        <translation>被客户端取消</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>outcome, status</comment>
        <translation>%1%2</translation>
    </message>
    <message>
        <source>Answered by %1</source>
        <comment>endpoint</comment>
        <translation>由 %1 应答</translation>
    </message>
    <message>
        <source>Recovered by %1</source>
        <comment>endpoint</comment>
        <translation>由 %1 补救</translation>
    </message>
    <message>
        <source>Broke off at %1</source>
        <comment>endpoint</comment>
        <translation>在 %1 处中断</translation>
    </message>
    <message>
        <source>today, %1</source>
        <comment>time of day</comment>
        <translation>今天 %1</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>已用时间</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>应答大小</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>总耗时</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>请求大小</translation>
    </message>
    <message>
        <source>1 attempt</source>
        <translation>1 次尝试</translation>
    </message>
    <message>
        <source>%1 attempts</source>
        <translation>%1 次尝试</translation>
    </message>
    <message>
        <source>What %1 said</source>
        <comment>endpoint</comment>
        <translation>%1 的说明</translation>
    </message>
    <message>
        <source>What qcc says of %1</source>
        <comment>endpoint</comment>
        <translation>qcc 对 %1 的说明</translation>
    </message>
    <message>
        <source>Attempt %1</source>
        <translation>第 %1 次尝试</translation>
    </message>
    <message>
        <source>Attempts %1</source>
        <comment>1 and 2</comment>
        <translation>第 %1 次尝试</translation>
    </message>
    <message>
        <source>No endpoint was asked.</source>
        <translation>没有询问任何端点。</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <comment>asked for, asked the endpoint for</comment>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Route</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Not by the first route</source>
        <translation>没有走第一条路由</translation>
    </message>
    <message>
        <source>No attempt</source>
        <translation>未尝试</translation>
    </message>
    <message>
        <source>Skipped: it gets a login of the client&apos;s own, and the request brought none that is for it.</source>
        <translation>已跳过：它使用客户端自己的登录，而此请求没有适用于它的登录。</translation>
    </message>
</context>
<context>
    <name>DiagnosticsText</name>
    <message>
        <source>As far as can be seen from here, requests get through. Nothing was changed.</source>
        <translation>从这里看，请求可以送达。未做任何更改。</translation>
    </message>
    <message>
        <source>What comes first may be the reason for what follows. Nothing was changed.</source>
        <translation>前面的问题可能是后面问题的原因。未做任何更改。</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有改动。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>two sentences</comment>
        <translation>%1%2</translation>
    </message>
</context>
<context>
    <name>DraftText</name>
    <message>
        <source>Must not hold spaces.</source>
        <translation>不能含有空格。</translation>
    </message>
    <message>
        <source>Holds characters that cannot be seen.</source>
        <translation>含有看不见的字符。</translation>
    </message>
    <message>
        <source>Remove them</source>
        <translation>去掉它们</translation>
    </message>
    <message>
        <source>Must begin with https:// or http://.</source>
        <translation>必须以 https:// 或 http:// 开头。</translation>
    </message>
    <message>
        <source>Must not hold a user name or password; the key has a field of its own.</source>
        <translation>不能含有用户名或密码；密钥有单独的输入框。</translation>
    </message>
    <message>
        <source>Must name a host, as in https://relay.example/api.</source>
        <translation>必须有主机名，例如 https://relay.example/api。</translation>
    </message>
    <message>
        <source>The port must be from 1 to 65535.</source>
        <translation>端口必须在 1 到 65535 之间。</translation>
    </message>
    <message>
        <source>Must not have a query (“?…”).</source>
        <translation>不能含有查询部分（“?…”）。</translation>
    </message>
    <message>
        <source>Must not have a fragment (“#…”).</source>
        <translation>不能含有片段（“#…”）。</translation>
    </message>
    <message>
        <source>This is no address of the form https://host/path.</source>
        <translation>这不是 https://host/path 形式的地址。</translation>
    </message>
    <message>
        <source>An endpoint needs a name.</source>
        <translation>端点需要一个名称。</translation>
    </message>
    <message>
        <source>Must not hold tabs or other control characters.</source>
        <translation>不能含有制表符或其他控制字符。</translation>
    </message>
    <message>
        <source>Another endpoint of this cluster has this name.</source>
        <translation>此集群中已有同名的端点。</translation>
    </message>
    <message>
        <source>An endpoint needs a base URL.</source>
        <translation>端点需要基础地址。</translation>
    </message>
    <message>
        <source>This is the address of qcc itself.</source>
        <translation>这是 qcc 自己的地址。</translation>
    </message>
    <message>
        <source>Requests name /v1 themselves. It is said once, and without it clients that ask for another version work, too.</source>
        <translation>请求路径自带 /v1，不会重复；去掉它，使用其他版本的客户端也能用。</translation>
    </message>
    <message>
        <source>Names %1 in its midst, and requests name a version behind it.</source>
        <translation>地址中间已有 %1，而请求路径会在其后再写一次版本号。</translation>
    </message>
    <message>
        <source>Holds a line break: were two lines copied?</source>
        <translation>含有换行：是否复制了两行？</translation>
    </message>
    <message>
        <source>A key holds no quotes.</source>
        <translation>密钥中不含引号。</translation>
    </message>
    <message>
        <source>This is the key as it is shown somewhere, and not the key itself.</source>
        <translation>这是某处显示的打码密钥，不是密钥本身。</translation>
    </message>
    <message>
        <source>Holds “%1”, which no key has.</source>
        <translation>含有“%1”，密钥中不会有这个字符。</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>去掉 %1</translation>
    </message>
    <message>
        <source>A key has letters, digits and signs, but no spaces.</source>
        <translation>密钥由字母、数字和符号组成，不含空格。</translation>
    </message>
    <message>
        <source>Without a key most endpoints refuse every request.</source>
        <translation>没有密钥时，多数端点会拒绝所有请求。</translation>
    </message>
    <message>
        <source>The proxy needs an address.</source>
        <translation>代理需要一个地址。</translation>
    </message>
    <message>
        <source>Must be an address like http://host:8080 or socks5://host:1080.</source>
        <translation>必须是 http://host:8080 或 socks5://host:1080 这样的地址。</translation>
    </message>
    <message>
        <source>Each line needs both names.</source>
        <translation>每一行都需要两个名称。</translation>
    </message>
    <message>
        <source>%1 is there twice.</source>
        <translation>%1 出现了两次。</translation>
    </message>
    <message>
        <source>Must be the whole path of a file.</source>
        <translation>必须是文件的完整路径。</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>没有这个文件。</translation>
    </message>
    <message>
        <source>This file cannot be read.</source>
        <translation>无法读取此文件。</translation>
    </message>
    <message>
        <source>This file is too large to be one of certificates.</source>
        <translation>此文件太大，不会是证书文件。</translation>
    </message>
    <message>
        <source>This file holds no certificate in PEM form.</source>
        <translation>此文件中没有 PEM 格式的证书。</translation>
    </message>
    <message>
        <source>A certificate in this file cannot be read.</source>
        <translation>此文件中有无法读取的证书。</translation>
    </message>
    <message>
        <source>Put the name of your resource in place of %1.</source>
        <translation>请将 %1 替换为您的资源名称。</translation>
    </message>
    <message>
        <source>%1 is at another address.</source>
        <comment>vendor</comment>
        <translation>%1 的地址与此不同。</translation>
    </message>
    <message>
        <source>Use that</source>
        <translation>使用该地址</translation>
    </message>
    <message>
        <source>%1.</source>
        <comment>a whole sentence</comment>
        <translation>%1。</translation>
    </message>
    <message>
        <source>Each line needs a name and a value.</source>
        <translation>每行都需要名称和值。</translation>
    </message>
    <message>
        <source>%1 %2.</source>
        <comment>a header&apos;s name, what is wrong with it</comment>
        <translation>%1 %2。</translation>
    </message>
    <message>
        <source>Must name a program.</source>
        <translation>必须写出一个程序。</translation>
    </message>
    <message>
        <source>A key comes from one place: clear the key, or the program.</source>
        <translation>密钥只能有一个来源：请清除密钥或程序。</translation>
    </message>
    <message>
        <source>A key is of no use without its certificate.</source>
        <translation>没有证书，私钥没有用处。</translation>
    </message>
    <message>
        <source>It gets the client&apos;s own login, and has no key besides: remove the key, or the program.</source>
        <translation>它使用客户端自己的登录，此外没有密钥：请移除密钥或程序。</translation>
    </message>
    <message>
        <source>passthrough_anywhere: the login of the client goes to %1, which has not issued it.</source>
        <translation>passthrough_anywhere：客户端的登录会发给 %1，而它并非签发者。</translation>
    </message>
    <message>
        <source>%1 is none of the vendors&apos; own hosts, or not asked over https: whoever is there would get the login of the client.</source>
        <translation>%1 不是厂商自己的主机，或未使用 https：那里的人会得到客户端的登录。</translation>
    </message>
</context>
<context>
    <name>EndpointWords</name>
    <message>
        <source>%1 overloaded</source>
        <comment>HTTP status</comment>
        <translation>%1 过载</translation>
    </message>
    <message>
        <source>%1 rate limit</source>
        <comment>HTTP status</comment>
        <translation>%1 限流</translation>
    </message>
    <message>
        <source>%1 unavailable</source>
        <comment>HTTP status</comment>
        <translation>%1 不可用</translation>
    </message>
    <message>
        <source>%1 key refused</source>
        <comment>HTTP status</comment>
        <translation>%1 密钥被拒绝</translation>
    </message>
    <message>
        <source>%1 server error</source>
        <comment>HTTP status</comment>
        <translation>%1 服务器错误</translation>
    </message>
    <message>
        <source>priority %1</source>
        <translation>优先级 %1</translation>
    </message>
    <message>
        <source>%1, preferred</source>
        <comment>priority</comment>
        <translation>%1，首选</translation>
    </message>
    <message>
        <source>%1, %2 in a row</source>
        <comment>why it failed, how often</comment>
        <translation>%1，连续 %2 次</translation>
    </message>
    <message>
        <source>next in line</source>
        <comment>endpoint</comment>
        <translation>排在下一个</translation>
    </message>
    <message>
        <source>others come first</source>
        <comment>endpoint</comment>
        <translation>其他端点在前</translation>
    </message>
    <message>
        <source>first, picked by hand</source>
        <comment>endpoint</comment>
        <translation>手动选为第一</translation>
    </message>
    <message>
        <source>first in line</source>
        <comment>endpoint</comment>
        <translation>排在第一</translation>
    </message>
    <message>
        <source>stands in for %1</source>
        <comment>endpoint</comment>
        <translation>接替 %1</translation>
    </message>
    <message>
        <source>stands in for %1 others</source>
        <comment>endpoints</comment>
        <translation>接替另外 %1 个</translation>
    </message>
    <message>
        <source>full: as many requests as its limits allow</source>
        <comment>endpoint</comment>
        <translation>已满：请求数已达其限制</translation>
    </message>
</context>
<context>
    <name>ExchangeText</name>
    <message>
        <source>queued</source>
        <comment>stage of an attempt</comment>
        <translation>排队</translation>
    </message>
    <message>
        <source>dns</source>
        <comment>stage of an attempt</comment>
        <translation>DNS</translation>
    </message>
    <message>
        <source>connect</source>
        <comment>stage of an attempt</comment>
        <translation>连接</translation>
    </message>
    <message>
        <source>tls</source>
        <comment>stage of an attempt</comment>
        <translation>TLS</translation>
    </message>
    <message>
        <source>waiting</source>
        <comment>stage of an attempt</comment>
        <translation>等待</translation>
    </message>
    <message>
        <source>streaming</source>
        <comment>stage of an attempt</comment>
        <translation>传输</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>stage, duration</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>status, failure</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>reused connection</source>
        <translation>复用的连接</translation>
    </message>
    <message>
        <source>new connection</source>
        <translation>新连接</translation>
    </message>
    <message>
        <source>ended while %1</source>
        <comment>phase of an attempt</comment>
        <translation>结束阶段：%1</translation>
    </message>
    <message>
        <source>Upstream: %1</source>
        <translation>上游：%1</translation>
    </message>
    <message>
        <source>qcc: %1</source>
        <translation>qcc：%1</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <comment>tokens in, tokens out</comment>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>outcome, status</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Attempt %1, %2, after %3: %4</source>
        <comment>number, endpoint, start, result</comment>
        <translation>第 %1 次尝试，%2，在 %3 后开始：%4</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>id, outcome</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>name of a fact, fact</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>总耗时</translation>
    </message>
    <message>
        <source>Request size</source>
        <translation>请求大小</translation>
    </message>
    <message>
        <source>Answer size</source>
        <translation>应答大小</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Pause of %1</source>
        <translation>停顿 %1</translation>
    </message>
    <message>
        <source>Attempt %1: %2</source>
        <comment>number, endpoint</comment>
        <translation>第 %1 次尝试：%2</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>已用时间</translation>
    </message>
</context>
<context>
    <name>FailureText</name>
    <message>
        <source>Choose another port in the settings, or end that program, and start again.</source>
        <translation>请在设置中选择其他端口，或结束该程序，然后重新启动。</translation>
    </message>
    <message>
        <source>The running proxy is of an older version, which sends no messages.</source>
        <translation>正在运行的代理是旧版本，不能发送消息。</translation>
    </message>
</context>
<context>
    <name>Finding</name>
    <message>
        <source>%1</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>%1 is good. Clusters: %2, endpoints: %3.</source>
        <translation>%1 没有问题。集群：%2，端点：%3。</translation>
    </message>
    <message>
        <source>There is no %1 yet, so that every setting has its default.</source>
        <translation>还没有 %1，因此所有设置均为默认值。</translation>
    </message>
    <message>
        <source>The first endpoint that you add makes it.</source>
        <translation>添加第一个端点时会创建它。</translation>
    </message>
    <message>
        <source>Mend it in an editor; `qcc config check` looks at it again.</source>
        <translation>请在编辑器中改正；`qcc config check` 会再次检查它。</translation>
    </message>
    <message>
        <source>%2</source>
        <translation>%2</translation>
    </message>
    <message>
        <source>What holds keys is for you alone: %1.</source>
        <translation>保存密钥的文件只有您能访问：%1。</translation>
    </message>
    <message>
        <source>Others may read or change %1, which holds keys.</source>
        <translation>其他用户可以读取或修改保存密钥的 %1。</translation>
    </message>
    <message>
        <source>chmod go= %2</source>
        <translation>chmod go= %2</translation>
    </message>
    <message>
        <source>The active cluster is &quot;%1&quot;. Enabled endpoints: %2.</source>
        <translation>当前集群是“%1”。已启用的端点：%2。</translation>
    </message>
    <message>
        <source>No endpoint is set up, so that nobody can answer a request.</source>
        <translation>没有设置端点，因此没有谁能应答请求。</translation>
    </message>
    <message>
        <source>`qcc import` takes over those of other programs, `qcc endpoint add work --base-url URL --api-key-stdin` adds one, `qcc demo` needs none.</source>
        <translation>`qcc import` 导入其他程序的端点，`qcc endpoint add work --base-url URL --api-key-stdin` 添加一个端点，`qcc demo` 不需要端点。</translation>
    </message>
    <message>
        <source>No cluster is active.</source>
        <translation>没有当前集群。</translation>
    </message>
    <message>
        <source>qcc cluster use NAME</source>
        <translation>qcc cluster use NAME</translation>
    </message>
    <message>
        <source>No endpoint of the active cluster &quot;%1&quot; is enabled.</source>
        <translation>当前集群“%1”没有已启用的端点。</translation>
    </message>
    <message>
        <source>qcc endpoint enable %1 NAME</source>
        <translation>qcc endpoint enable %1 NAME</translation>
    </message>
    <message>
        <source>Which endpoints there are is not known, because config.json cannot be used.</source>
        <translation>config.json 无法使用，因此不知道有哪些端点。</translation>
    </message>
    <message>
        <source>qcc answers at %1 (process %2).</source>
        <translation>qcc 在 %1 应答（进程 %2）。</translation>
    </message>
    <message>
        <source>qcc listens at %1, but config.json says %2.</source>
        <translation>qcc 监听 %1，而 config.json 中是 %2。</translation>
    </message>
    <message>
        <source>qcc proxy restart --port %3</source>
        <translation>qcc proxy restart --port %3</translation>
    </message>
    <message>
        <source>qcc runs (process %2), but a request to %1 fails: %3.</source>
        <translation>qcc 正在运行（进程 %2），但发往 %1 的请求失败：%3。</translation>
    </message>
    <message>
        <source>qcc proxy restart --force</source>
        <translation>qcc proxy restart --force</translation>
    </message>
    <message>
        <source>Threads of qcc that hang: %1.</source>
        <translation>qcc 中无响应的线程：%1。</translation>
    </message>
    <message>
        <source>qcc proxy restart</source>
        <translation>qcc proxy restart</translation>
    </message>
    <message>
        <source>qcc is stopping.</source>
        <translation>qcc 正在停止。</translation>
    </message>
    <message>
        <source>`qcc proxy start`, once it has stopped.</source>
        <translation>停止之后运行 `qcc proxy start`。</translation>
    </message>
    <message>
        <source>qcc runs (process %1), but does not answer commands.</source>
        <translation>qcc 正在运行（进程 %1），但不应答命令。</translation>
    </message>
    <message>
        <source>`qcc proxy restart --force` ends it, with the requests that run there, and starts a new one.</source>
        <translation>`qcc proxy restart --force` 会结束它和其中正在进行的请求，并重新启动。</translation>
    </message>
    <message>
        <source>qcc does not run: nothing answers at %1.</source>
        <translation>qcc 没有运行：%1 没有应答。</translation>
    </message>
    <message>
        <source>qcc proxy start</source>
        <translation>qcc proxy start</translation>
    </message>
    <message>
        <source>qcc does not run, and %2 has its port (%1).</source>
        <translation>qcc 没有运行，其端口（%1）被%2占用。</translation>
    </message>
    <message>
        <source>End that program, or choose another port: `qcc proxy start --port N`, or listen.port in config.json.</source>
        <translation>请结束该程序，或选择其他端口：`qcc proxy start --port N`，或 config.json 中的 listen.port。</translation>
    </message>
    <message>
        <source>A qcc with another home folder (process %2) has the port of this one (%1).</source>
        <translation>使用另一个主文件夹的 qcc（进程 %2）占用了此 qcc 的端口（%1）。</translation>
    </message>
    <message>
        <source>Stop that one, or choose another port: `qcc proxy start --port N`, or listen.port in config.json.</source>
        <translation>请停止那一个，或选择其他端口：`qcc proxy start --port N`，或 config.json 中的 listen.port。</translation>
    </message>
    <message>
        <source>Whether qcc runs was not looked at.</source>
        <translation>未检查 qcc 是否在运行。</translation>
    </message>
    <message>
        <source>No proxy of the environment takes what clients send to %1.</source>
        <translation>环境变量中的代理不会截走客户端发往 %1 的请求。</translation>
    </message>
    <message>
        <source>By the environment, clients send what is for %1 to the proxy %2.</source>
        <translation>按照环境变量，客户端会把发往 %1 的请求交给代理 %2。</translation>
    </message>
    <message>
        <source>export no_proxy=%3</source>
        <translation>export no_proxy=%3</translation>
    </message>
    <message>
        <source>What %1 says is no proxy, and counts for nothing.</source>
        <translation>%1 的值不是代理，不起作用。</translation>
    </message>
    <message>
        <source>It has the form http://host:port or socks5://host:port.</source>
        <translation>其格式为 http://主机:端口 或 socks5://主机:端口。</translation>
    </message>
    <message>
        <source>qcc goes to its endpoints without a proxy.</source>
        <translation>qcc 不经代理直接连接端点。</translation>
    </message>
    <message>
        <source>The proxy %1 leads to %2.</source>
        <translation>代理 %1 能通往 %2。</translation>
    </message>
    <message>
        <source>%2 cannot be reached: %3.</source>
        <translation>无法到达 %2：%3。</translation>
    </message>
    <message>
        <source>Start or mend the proxy %1; or `qcc endpoint edit CLUSTER ENDPOINT --proxy none` has an endpoint go without.</source>
        <translation>请启动或修复代理 %1；或者用 `qcc endpoint edit CLUSTER ENDPOINT --proxy none` 让端点不经代理。</translation>
    </message>
    <message>
        <source>Nobody was asked by way of the proxy %1.</source>
        <translation>没有经代理 %1 询问过任何端点。</translation>
    </message>
    <message>
        <source>%1 is %2 (%3 ms).</source>
        <translation>%1 的地址是 %2（%3 ms）。</translation>
    </message>
    <message>
        <source>The proxy %2 looks up %1.</source>
        <translation>由代理 %2 解析 %1。</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1：%2。</translation>
    </message>
    <message>
        <source>Look for a slip in the base URL (`qcc endpoint edit %3 %4 --base-url URL`), else at this computer&apos;s network and DNS.</source>
        <translation>请检查基础地址是否写错（`qcc endpoint edit %3 %4 --base-url URL`），再检查此计算机的网络和 DNS。</translation>
    </message>
    <message>
        <source>This computer has no network.</source>
        <translation>此计算机没有网络。</translation>
    </message>
    <message>
        <source>Connect it; nothing is held against the endpoints meanwhile.</source>
        <translation>请连接网络；在此期间的失败不计入端点。</translation>
    </message>
    <message>
        <source>%1 takes connections (%2 ms).</source>
        <translation>%1 接受连接（%2 ms）。</translation>
    </message>
    <message>
        <source>Check the address (`qcc endpoint edit %3 %4 --base-url URL`), and whether a firewall is in the way.</source>
        <translation>请检查地址（`qcc endpoint edit %3 %4 --base-url URL`），以及是否被防火墙阻挡。</translation>
    </message>
    <message>
        <source>%3</source>
        <translation>%3</translation>
    </message>
    <message>
        <source>See what is said of the proxy above.</source>
        <translation>请看上面关于代理的说明。</translation>
    </message>
    <message>
        <source>The demo does not run.</source>
        <translation>演示没有运行。</translation>
    </message>
    <message>
        <source>`qcc demo` starts it, `qcc cluster remove demo` forgets it.</source>
        <translation>`qcc demo` 启动它，`qcc cluster remove demo` 删除它。</translation>
    </message>
    <message>
        <source>The certificate of %1 is good (%2 ms).</source>
        <translation>%1 的证书有效（%2 ms）。</translation>
    </message>
    <message>
        <source>Ask the endpoint&apos;s operator, or whoever runs the network: something may stand between.</source>
        <translation>请询问端点的运营者或网络管理员：中间可能有别的设备。</translation>
    </message>
    <message>
        <source>The endpoint answers HTTP %1 and takes the key (%2 ms).</source>
        <translation>端点应答 HTTP %1，并接受密钥（%2 ms）。</translation>
    </message>
    <message>
        <source>The endpoint answers HTTP %1 without a key (%2 ms).</source>
        <translation>端点不需要密钥即应答 HTTP %1（%2 ms）。</translation>
    </message>
    <message>
        <source>%1.</source>
        <translation>%1。</translation>
    </message>
    <message>
        <source>`qcc endpoint edit %2 %3 --api-key-stdin` sets another key.</source>
        <translation>`qcc endpoint edit %2 %3 --api-key-stdin` 设置另一个密钥。</translation>
    </message>
    <message>
        <source>The endpoint is out of use: %1.</source>
        <translation>端点无法使用：%1。</translation>
    </message>
    <message>
        <source>`qcc endpoint edit %2 %3 --api-key-stdin` sets the key anew.</source>
        <translation>`qcc endpoint edit %2 %3 --api-key-stdin` 重新设置密钥。</translation>
    </message>
    <message>
        <source>The endpoint answers, but lists no models (HTTP %1), so that its key is not known to be good.</source>
        <translation>端点有应答，但不列出模型（HTTP %1），因此无法确定密钥是否有效。</translation>
    </message>
    <message>
        <source>`qcc endpoint test %2 %3 --message` sends it a real request, which costs about a token.</source>
        <translation>`qcc endpoint test %2 %3 --message` 向它发送一个真实请求，约花费一个 Token。</translation>
    </message>
    <message>
        <source>The endpoint answers HTTP %1, and its base URL %2.</source>
        <translation>端点应答 HTTP %1，并且其基础地址 %2。</translation>
    </message>
    <message>
        <source>qcc endpoint edit %3 %4 --base-url URL</source>
        <translation>qcc endpoint edit %3 %4 --base-url URL</translation>
    </message>
    <message>
        <source>The endpoint answers HTTP %1: it takes no more requests for now.</source>
        <translation>端点应答 HTTP %1：暂时不接受更多请求。</translation>
    </message>
    <message>
        <source>Wait, or add an endpoint that stands in for it.</source>
        <translation>请等待，或添加一个可以代替它的端点。</translation>
    </message>
    <message>
        <source>The endpoint sends elsewhere (HTTP %1): the API does not live at its base URL.</source>
        <translation>端点重定向到别处（HTTP %1）：API 不在其基础地址。</translation>
    </message>
    <message>
        <source>qcc endpoint edit %2 %3 --base-url URL</source>
        <translation>qcc endpoint edit %2 %3 --base-url URL</translation>
    </message>
    <message>
        <source>The endpoint answers HTTP %1.</source>
        <translation>端点应答 HTTP %1。</translation>
    </message>
    <message>
        <source>`qcc endpoint test %2 %3 --message` sends it a real request, which costs about a token, and shows what it says.</source>
        <translation>`qcc endpoint test %2 %3 --message` 向它发送一个真实请求，约花费一个 Token，并显示其应答。</translation>
    </message>
    <message>
        <source>Nothing to be done here: ask its operator. Until it is back, requests go to others of the cluster.</source>
        <translation>这里无法解决：请询问其运营者。恢复之前，请求会发往集群的其他端点。</translation>
    </message>
    <message>
        <source>The running proxy leaves the endpoint alone: %1.</source>
        <translation>正在运行的代理暂不使用此端点：%1。</translation>
    </message>
    <message>
        <source>`qcc endpoint reset %2 %3` lets requests go there again.</source>
        <translation>`qcc endpoint reset %2 %3` 让请求再次发往那里。</translation>
    </message>
    <message>
        <source>The endpoint was not reached.</source>
        <translation>未能到达端点。</translation>
    </message>
    <message>
        <source>The endpoint was not asked.</source>
        <translation>未询问端点。</translation>
    </message>
    <message>
        <source>`qcc doctor` without --offline asks it.</source>
        <translation>不带 --offline 的 `qcc doctor` 会询问它。</translation>
    </message>
    <message>
        <source>No time was left to ask the endpoint.</source>
        <translation>没有时间询问端点了。</translation>
    </message>
    <message>
        <source>qcc endpoint test %1 %2</source>
        <translation>qcc endpoint test %1 %2</translation>
    </message>
    <message>
        <source>This computer&apos;s clock agrees with that of %1.</source>
        <translation>此计算机的时钟与 %1 一致。</translation>
    </message>
    <message>
        <source>This computer&apos;s clock is %1 ahead of that of %2, so that certificates and pauses are misjudged.</source>
        <translation>此计算机的时钟比 %2 快 %1，会误判证书和暂停时间。</translation>
    </message>
    <message>
        <source>Have it set by the network: `timedatectl set-ntp true`, or in the system&apos;s settings.</source>
        <translation>请通过网络校时：`timedatectl set-ntp true`，或在系统设置中进行。</translation>
    </message>
    <message>
        <source>This computer&apos;s clock is %1 behind that of %2, so that certificates and pauses are misjudged.</source>
        <translation>此计算机的时钟比 %2 慢 %1，会误判证书和暂停时间。</translation>
    </message>
    <message>
        <source>No endpoint has told the time.</source>
        <translation>没有端点告知时间。</translation>
    </message>
    <message>
        <source>It asks this qcc: %1 in %2.</source>
        <translation>使用此 qcc：%2 中为 %1。</translation>
    </message>
    <message>
        <source>It asks %1 in %2, and qcc speaks http, not https.</source>
        <translation>%2 中为 %1，而 qcc 使用 http，不是 https。</translation>
    </message>
    <message>
        <source>Write %3 there.</source>
        <translation>请在那里写入 %3。</translation>
    </message>
    <message>
        <source>It asks %1 and not this qcc, by %2.</source>
        <translation>按照 %2，使用的是 %1，不是此 qcc。</translation>
    </message>
    <message>
        <source>Write %3 there, if it is to go through qcc.</source>
        <translation>如果要通过 qcc，请在那里写入 %3。</translation>
    </message>
    <message>
        <source>It asks its vendor and not this qcc: %1 names no address.</source>
        <translation>使用其厂商，不是此 qcc：%1 中没有地址。</translation>
    </message>
    <message>
        <source>No client is set to ask this qcc.</source>
        <translation>没有客户端设置为使用此 qcc。</translation>
    </message>
    <message>
        <source>No settings of a client were found for this user.</source>
        <translation>没有找到此用户的客户端设置。</translation>
    </message>
    <message>
        <source>Set its base URL to %1 (ANTHROPIC_BASE_URL=%1).</source>
        <translation>请把其基础地址设为 %1（ANTHROPIC_BASE_URL=%1）。</translation>
    </message>
    <message>
        <source>another program</source>
        <translation>另一个程序</translation>
    </message>
    <message>
        <source>127.0.0.1 and localhost</source>
        <translation>127.0.0.1 和 localhost</translation>
    </message>
    <message>
        <source>Connect one: qcc client connect NAME; qcc client list shows who is there.</source>
        <translation>连接一个：qcc client connect NAME；qcc client list 显示有哪些。</translation>
    </message>
    <message>
        <source>The endpoint answers HTTP %1; the login that it takes is the client&apos;s own, which only the client sends.</source>
        <translation>端点返回 HTTP %1；它使用客户端自己的登录，只有客户端会发送。</translation>
    </message>
    <message>
        <source>Send a message with the client itself; it is connected by `qcc client connect CLIENT --login keep`.</source>
        <translation>请用客户端本身发送一条消息；用 `qcc client connect CLIENT --login keep` 连接它。</translation>
    </message>
</context>
<context>
    <name>FindingWords</name>
    <message>
        <source>Configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>Proxies</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Endpoint %1</source>
        <translation>端点 %1</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>此计算机</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>应答大小</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>Settings</source>
        <comment>of clients</comment>
        <translation>设置</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>未检查</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>复制命令</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n 个问题</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n 个警告</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>problems, warnings</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Nothing is wrong</source>
        <translation>一切正常</translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) could not be checked.</source>
        <translation>
            <numerusform>%n 项无法检查。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>length of time</comment>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>length of time</comment>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <comment>length of time</comment>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>%1 days</source>
        <comment>length of time</comment>
        <translation>%1 天</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Environment variables</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>new, with a remark</source>
        <translation>新增，有提示</translation>
    </message>
    <message>
        <source>there already</source>
        <translation>已存在</translation>
    </message>
    <message>
        <source>leads to qcc itself</source>
        <translation>指向 qcc 自身</translation>
    </message>
    <message>
        <source>stands for another proxy</source>
        <translation>只是其他代理的占位</translation>
    </message>
    <message>
        <source>settings cannot be read</source>
        <translation>设置无法读取</translation>
    </message>
    <message>
        <source>address not understood</source>
        <translation>无法确定地址</translation>
    </message>
    <message>
        <source>key is elsewhere</source>
        <translation>密钥在别处</translation>
    </message>
    <message>
        <source>no usable URL</source>
        <translation>地址不可用</translation>
    </message>
    <message>
        <source>no key</source>
        <translation>没有密钥</translation>
    </message>
    <message>
        <source>no usable key</source>
        <translation>密钥不可用</translation>
    </message>
    <message>
        <source>speaks another API</source>
        <translation>使用另一种 API</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>不存在</translation>
    </message>
</context>
<context>
    <name>LogColumns</name>
    <message>
        <source>Debug</source>
        <comment>a level of the log</comment>
        <translation>调试</translation>
    </message>
    <message>
        <source>Info</source>
        <comment>a level of the log</comment>
        <translation>信息</translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>a level of the log</comment>
        <translation>警告</translation>
    </message>
    <message>
        <source>Error</source>
        <comment>a level of the log</comment>
        <translation>错误</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>经过</translation>
    </message>
</context>
<context>
    <name>LogWords</name>
    <message>
        <source>%1 is left alone for %3: %4; it is checked in the background and comes back by itself</source>
        <translation>%1 暂停使用 %3：%4；会在后台检查，恢复后自动启用</translation>
    </message>
    <message>
        <source>%1 is back</source>
        <translation>%1 已恢复</translation>
    </message>
    <message>
        <source>%1 refuses its key, which has worked, and rests for %3; it is checked in the background and comes back by itself</source>
        <translation>%1 拒绝了曾经有效的密钥，暂停 %3；会在后台检查，恢复后自动启用</translation>
    </message>
    <message>
        <source>%1 refused its key and is not used any more. Edit the key, or test the endpoint.</source>
        <translation>%1 拒绝了它的密钥，不再使用。请修改密钥，或测试该端点。</translation>
    </message>
    <message>
        <source>%1 says that its balance or quota is spent and rests for %3</source>
        <translation>%1 表示余额或额度已用完，暂停 %3</translation>
    </message>
    <message>
        <source>%1 limits the rate and rests for %3</source>
        <translation>%1 限制了请求频率，暂停 %3</translation>
    </message>
    <message>
        <source>%1 is picked by hand: new requests go there first</source>
        <translation>已手动选定 %1：新请求优先发往它</translation>
    </message>
    <message>
        <source>%1 is not picked by hand any more</source>
        <translation>不再手动选定 %1</translation>
    </message>
    <message>
        <source>%1 of cluster &quot;%3&quot; is out of use: %4</source>
        <translation>集群“%3”的 %1 已停用：%4</translation>
    </message>
    <message>
        <source>qcc %1 listens on %3, cluster &quot;%4&quot;</source>
        <translation>qcc %1 正在监听 %3，集群“%4”</translation>
    </message>
    <message>
        <source>config.json was read anew</source>
        <translation>已重新读取 config.json</translation>
    </message>
    <message>
        <source>config.json is good again</source>
        <translation>config.json 已恢复正常</translation>
    </message>
    <message>
        <source>%1: connections to endpoints that may be dead are closed</source>
        <translation>%1：可能已失效的端点连接已关闭</translation>
    </message>
    <message>
        <source>history.db cannot be used, so that this run leaves no history: %1</source>
        <translation>history.db 无法使用，本次运行不会留下历史记录：%1</translation>
    </message>
    <message>
        <source>history.db cannot be written; it is tried again after the next requests: %1</source>
        <translation>history.db 无法写入；下次有请求后会再试：%1</translation>
    </message>
    <message>
        <source>took %1</source>
        <translation>耗时 %1</translation>
    </message>
    <message>
        <source>first byte %1</source>
        <translation>首字节 %1</translation>
    </message>
    <message>
        <source>Streamed to its end</source>
        <translation>流式响应完成</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>响应成功</translation>
    </message>
    <message>
        <source>The request was at fault</source>
        <translation>请求有误</translation>
    </message>
    <message>
        <source>No answer in time</source>
        <translation>请求超时</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>响应失败</translation>
    </message>
    <message>
        <source>The stream broke off</source>
        <translation>流式传输中断</translation>
    </message>
    <message>
        <source>The client left</source>
        <translation>客户端已断开</translation>
    </message>
    <message>
        <source>Cluster &quot;%1&quot; is in use</source>
        <translation>正在使用集群“%1”</translation>
    </message>
    <message>
        <source>A changed address takes effect at the next start</source>
        <translation>更改的地址在下次启动时生效</translation>
    </message>
    <message>
        <source>Stopping: no new connections, requests that run: %1</source>
        <translation>正在停止：不再接受新连接，进行中的请求：%1</translation>
    </message>
    <message>
        <source>The time to finish is over; requests that are ended: %1</source>
        <translation>等待完成的时间已到；被结束的请求：%1</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Not let in: %1</source>
        <translation>拒绝放行：%1</translation>
    </message>
    <message>
        <source>Worker %1 has not come round for %3 s, and its requests wait; if that stays so, stop qcc and start it again</source>
        <translation>工作线程 %1 已 %3 秒没有响应，它的请求在等待；如果一直如此，请停止 qcc 后重新启动</translation>
    </message>
    <message>
        <source>Worker %1 came round again</source>
        <translation>工作线程 %1 已恢复响应</translation>
    </message>
    <message>
        <source>A worker hangs and is left behind; only the end of this process ends it</source>
        <translation>一个工作线程卡住并被放弃；只有结束本进程才能结束它</translation>
    </message>
    <message>
        <source>File descriptors run short (limit %1): new connections wait until others have closed; raise the limit with ulimit -n if this comes again</source>
        <translation>文件描述符不足（上限 %1）：新连接要等其他连接关闭；如果再次出现，请用 ulimit -n 提高上限</translation>
    </message>
    <message>
        <source>%1 is out of use: %4; it is asked again when a request needs the key</source>
        <translation>%1 已停用：%4；请求需要密钥时会再次询问</translation>
    </message>
</context>
<context>
    <name>NoticePolicy</name>
    <message>
        <source>The only endpoint of %1 fails.</source>
        <translation>%1 唯一的端点失败。</translation>
    </message>
    <message>
        <source>All %1 endpoints of %2 fail.</source>
        <translation>%2 的 %1 个端点全部失败。</translation>
    </message>
    <message>
        <source>No endpoint answers</source>
        <translation>没有端点应答</translation>
    </message>
    <message>
        <source>%1 Last error: %2</source>
        <comment>sentence, error</comment>
        <translation>%1最近的错误：%2</translation>
    </message>
    <message>
        <source>%1 answers again.</source>
        <translation>%1 恢复应答。</translation>
    </message>
    <message>
        <source>%1 endpoints of %2 answer again.</source>
        <translation>%2 的 %1 个端点恢复应答。</translation>
    </message>
    <message>
        <source>Requests are served again</source>
        <translation>请求又能得到应答</translation>
    </message>
    <message>
        <source>%1 refused its key</source>
        <translation>%1 拒绝了密钥</translation>
    </message>
    <message>
        <source>%1 refused the key. Edit the key or disable the endpoint.</source>
        <translation>%1 拒绝了密钥。请修改密钥或禁用该端点。</translation>
    </message>
    <message>
        <source>%1 refused the key (%2). Edit the key or disable the endpoint.</source>
        <translation>%1 拒绝了密钥（%2）。请修改密钥或禁用该端点。</translation>
    </message>
    <message>
        <source>%1 failed and is left alone for %2.</source>
        <translation>%1 失败，搁置 %2。</translation>
    </message>
    <message>
        <source>%1 failed (%2) and is left alone for %3.</source>
        <translation>%1 失败（%2），搁置 %3。</translation>
    </message>
    <message>
        <source>The balance or quota of %1 is spent; it rests for %2.</source>
        <translation>%1 的余额或额度已用完，休息 %2。</translation>
    </message>
    <message>
        <source>%1 limits the rate; it rests for %2.</source>
        <translation>%1 正在限流，休息 %2。</translation>
    </message>
    <message>
        <source>%1 takes over</source>
        <translation>由 %1 接替</translation>
    </message>
    <message>
        <source>%1 other endpoints take over</source>
        <translation>由其他 %1 个端点接替</translation>
    </message>
    <message>
        <source>The proxy did not start</source>
        <translation>代理未能启动</translation>
    </message>
    <message>
        <source>%1 Choose another port in the settings, or end that program.</source>
        <comment>sentence</comment>
        <translation>%1 请在设置中换一个端口，或结束那个程序。</translation>
    </message>
    <message>
        <source>Edit key…</source>
        <translation>编辑密钥…</translation>
    </message>
    <message>
        <source>Show requests</source>
        <translation>查看请求</translation>
    </message>
    <message>
        <source>Open qcc</source>
        <translation>打开 qcc</translation>
    </message>
    <message>
        <source>Open settings</source>
        <translation>打开设置</translation>
    </message>
    <message>
        <source>%1 has no key</source>
        <translation>%1 没有密钥</translation>
    </message>
    <message>
        <source>%1 is out of use: %2.</source>
        <translation>%1 已停用：%2。</translation>
    </message>
</context>
<context>
    <name>ProbeText</name>
    <message>
        <source>the key was refused (HTTP %1)</source>
        <translation>密钥被拒绝（HTTP %1）</translation>
    </message>
    <message>
        <source>access was refused (HTTP %1)</source>
        <translation>访问被拒绝（HTTP %1）</translation>
    </message>
    <message>
        <source>the endpoint answered HTTP %1</source>
        <translation>端点应答 HTTP %1</translation>
    </message>
    <message>
        <source>the test was cancelled</source>
        <translation>测试已取消</translation>
    </message>
    <message>
        <source>the connection was refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>the host was not found</source>
        <translation>找不到主机</translation>
    </message>
    <message>
        <source>no TLS connection</source>
        <translation>无法建立 TLS 连接</translation>
    </message>
    <message>
        <source>no way through the proxy</source>
        <translation>无法通过代理连接</translation>
    </message>
    <message>
        <source>the connection was closed before the request</source>
        <translation>连接在发送请求之前被关闭</translation>
    </message>
    <message>
        <source>the connection was closed before an answer</source>
        <translation>连接在应答之前被关闭</translation>
    </message>
    <message>
        <source>the answer is not HTTP</source>
        <translation>应答不是 HTTP</translation>
    </message>
    <message>
        <source>the connection failed</source>
        <translation>连接失败</translation>
    </message>
    <message>
        <source>no connection was free within %1 s</source>
        <translation>%1 秒内没有空闲的连接</translation>
    </message>
    <message>
        <source>the host was not found within %1 s</source>
        <translation>%1 秒内未找到主机</translation>
    </message>
    <message>
        <source>no connection within %1 s</source>
        <translation>%1 秒内未能连接</translation>
    </message>
    <message>
        <source>no TLS connection within %1 s</source>
        <translation>%1 秒内未能建立 TLS 连接</translation>
    </message>
    <message>
        <source>no answer within %1 s</source>
        <translation>%1 秒内没有应答</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>没有应答</translation>
    </message>
    <message>
        <source>HTTP %1 in %2</source>
        <translation>HTTP %1，用时 %2</translation>
    </message>
    <message>
        <source>%1 · look at the base URL</source>
        <comment>answer</comment>
        <translation>%1 · 请检查基础地址</translation>
    </message>
    <message>
        <source>connect %1</source>
        <translation>连接 %1</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>answer, times</comment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1 · %2, TLS %3</source>
        <comment>answer, connect, TLS time</comment>
        <translation>%1 · %2，TLS %3</translation>
    </message>
    <message>
        <source>Host looked up: %1</source>
        <translation>解析主机：%1</translation>
    </message>
    <message>
        <source>Connected: %1</source>
        <translation>建立连接：%1</translation>
    </message>
    <message>
        <source>TLS handshake: %1</source>
        <translation>TLS 握手：%1</translation>
    </message>
    <message>
        <source>First byte after: %1</source>
        <translation>首字节：%1</translation>
    </message>
    <message>
        <source>All in all: %1</source>
        <translation>总共：%1</translation>
    </message>
    <message>
        <source>the answer broke off</source>
        <translation>应答中断</translation>
    </message>
    <message>
        <source>the answer did not end within %1 s</source>
        <translation>应答未在 %1 秒内结束</translation>
    </message>
    <message>
        <source>the answer ended before its protocol&apos;s end</source>
        <translation>应答在其协议规定的结尾之前就结束了</translation>
    </message>
    <message>
        <source>the answer ended in an error</source>
        <translation>应答以错误结束</translation>
    </message>
    <message>
        <source>the answer says nothing</source>
        <translation>应答没有内容</translation>
    </message>
    <message>
        <source>an error inside a %1</source>
        <translation>%1 应答中是一个错误</translation>
    </message>
    <message>
        <source>an HTML page instead of an answer</source>
        <translation>返回的是 HTML 页面，不是应答</translation>
    </message>
    <message>
        <source>text instead of an answer</source>
        <translation>返回的是文本，不是应答</translation>
    </message>
    <message>
        <source>a JSON object that is no answer</source>
        <translation>返回的 JSON 对象不是应答</translation>
    </message>
    <message>
        <source>an empty answer</source>
        <translation>应答为空</translation>
    </message>
    <message>
        <source>an empty stream</source>
        <translation>数据流为空</translation>
    </message>
    <message>
        <source>an answer that breaks off</source>
        <translation>应答不完整</translation>
    </message>
    <message>
        <source>the stream ended before it said anything</source>
        <translation>数据流没有任何内容就结束了</translation>
    </message>
    <message>
        <source>no API answers at the base URL (HTTP %1)</source>
        <translation>基础地址 处没有 API 应答（HTTP %1）</translation>
    </message>
    <message>
        <source>something before the API blocks the request (HTTP %1)</source>
        <translation>请求在到达 API 之前被拦截（HTTP %1）</translation>
    </message>
    <message>
        <source>the base URL redirects to %1</source>
        <translation>基础地址 重定向到 %1</translation>
    </message>
    <message>
        <source>answered in %1</source>
        <translation>%1 内应答</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>answered in 1.2 s, words</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Asked: %1 at %2</source>
        <comment>model, path</comment>
        <translation>询问：%1，路径 %2</translation>
    </message>
    <message>
        <source>Answered by: %1</source>
        <comment>model</comment>
        <translation>应答的模型：%1</translation>
    </message>
    <message>
        <source>Tokens: %1 in, %2 out</source>
        <translation>Token：输入 %1，输出 %2</translation>
    </message>
    <message>
        <source>HTTP %1</source>
        <translation>HTTP %1</translation>
    </message>
    <message>
        <source>Check the base URL.</source>
        <translation>请检查基础地址。</translation>
    </message>
    <message>
        <source>Check the key.</source>
        <translation>请检查密钥。</translation>
    </message>
    <message>
        <source>Check the proxy under More.</source>
        <translation>请检查“更多”中的代理。</translation>
    </message>
    <message>
        <source>Check the CA file under More, or the base URL.</source>
        <translation>请检查“更多”中的 CA 文件，或基础地址。</translation>
    </message>
    <message>
        <source>Test it again later, or check the base URL.</source>
        <translation>请稍后再测试，或检查基础地址。</translation>
    </message>
    <message>
        <source>this computer has no network</source>
        <translation>这台电脑没有网络</translation>
    </message>
    <message>
        <source>no connection within %1 s (tried %2)</source>
        <translation>%1 秒内未能连接（已尝试 %2）</translation>
    </message>
    <message>
        <source>the answer went silent for %1 s</source>
        <translation>应答中断了 %1 秒没有内容</translation>
    </message>
    <message>
        <source>the connection was reset before the end of the answer</source>
        <translation>应答结束前连接被重置</translation>
    </message>
    <message>
        <source>the network changed: this computer no longer has the address %1 of this connection</source>
        <translation>网络变了：这台电脑不再有此连接的地址 %1</translation>
    </message>
    <message>
        <source>its base_url leads back to qcc itself (%1 port %2); give it the upstream&apos;s address</source>
        <translation>它的 base_url 指回 qcc 自己（%1 端口 %2）；请改为上游的地址</translation>
    </message>
    <message>
        <source>qcc has no file descriptor left for a connection; try again when others have closed, or raise the limit (ulimit -n)</source>
        <translation>qcc 没有可用于连接的文件描述符了；等其他连接关闭后再试，或提高限制（ulimit -n）</translation>
    </message>
    <message>
        <source>the proxy %1 asks for a user name and a password</source>
        <translation>代理 %1 要求用户名和密码</translation>
    </message>
    <message>
        <source>the proxy %1 refused the user name or the password</source>
        <translation>代理 %1 拒绝了用户名或密码</translation>
    </message>
    <message>
        <source>the proxy %1 refused the connection: nothing listens there</source>
        <translation>代理 %1 拒绝了连接：那里没有程序在监听</translation>
    </message>
    <message>
        <source>the proxy %1 was not found: no such host</source>
        <translation>找不到代理 %1：没有这个主机</translation>
    </message>
    <message>
        <source>the proxy %1 did not answer in time</source>
        <translation>代理 %1 没有及时应答</translation>
    </message>
    <message>
        <source>the proxy %1 closed the connection before it led to %2</source>
        <translation>代理 %1 在通到 %2 之前关闭了连接</translation>
    </message>
    <message>
        <source>the proxy %1 does not allow connections to %2</source>
        <translation>代理 %1 不允许连接到 %2</translation>
    </message>
    <message>
        <source>the proxy %1 did not find %2</source>
        <translation>代理 %1 找不到 %2</translation>
    </message>
    <message>
        <source>the proxy %1 was refused by %2</source>
        <translation>%2 拒绝了代理 %1</translation>
    </message>
    <message>
        <source>the proxy %1 refused to connect to %2: it cannot reach it, or the user name or the password is wrong</source>
        <translation>代理 %1 拒绝连接到 %2：它到不了那里，或用户名或密码有误</translation>
    </message>
    <message>
        <source>the proxy %1 could not connect to %2</source>
        <translation>代理 %1 未能连接到 %2</translation>
    </message>
    <message>
        <source>the proxy %1 could not reach %2 (%3)</source>
        <translation>代理 %1 到不了 %2（%3）</translation>
    </message>
    <message>
        <source>the certificate of %1 expired on %2; check this computer&apos;s clock, else only the endpoint&apos;s operator can renew it</source>
        <translation>%1 的证书已于 %2 过期；请检查这台电脑的时钟，否则只有端点的运营者能更新它</translation>
    </message>
    <message>
        <source>the certificate of %1 is not valid before %2; check this computer&apos;s clock, else tell the endpoint&apos;s operator</source>
        <translation>%1 的证书在 %2 之前无效；请检查这台电脑的时钟，否则请告知端点的运营者</translation>
    </message>
    <message>
        <source>the certificate is for %1, not for %2; check the host in the base URL</source>
        <translation>证书属于 %1，而不是 %2；请检查基础地址 中的主机</translation>
    </message>
    <message>
        <source>the certificate of %1 was revoked; do not use this endpoint until its operator has a new one</source>
        <translation>%1 的证书已被吊销；在运营者换上新证书之前不要使用此端点</translation>
    </message>
    <message>
        <source>the certificate of %1 is signed by itself, so that nobody vouches for it; %2</source>
        <translation>%1 的证书是自签名的，没有人为它担保；%2</translation>
    </message>
    <message>
        <source>the certificate of %1 is signed by %2, whom this computer does not know; %3</source>
        <translation>%1 的证书由 %2 签发，这台电脑不认识它；%3</translation>
    </message>
    <message>
        <source>the certificate of %1 is not accepted (%2); tell the endpoint&apos;s operator</source>
        <translation>%1 的证书未被接受（%2）；请告知端点的运营者</translation>
    </message>
    <message>
        <source>%1 closed the connection during the TLS handshake; check host and port, and whether a firewall or proxy is between</source>
        <translation>%1 在 TLS 握手时关闭了连接；请检查主机和端口，以及中间是否有防火墙或代理</translation>
    </message>
    <message>
        <source>%1 does not speak TLS on this port; if it is a plain HTTP server, the base URL begins with http://, else check the port</source>
        <translation>%1 在此端口上不说 TLS；如果是普通 HTTP 服务器，基础地址 应以 http:// 开头，否则请检查端口</translation>
    </message>
    <message>
        <source>%1 serves no site of that name over TLS; check the host in the base URL</source>
        <translation>%1 没有这个名字的 TLS 站点；请检查基础地址 中的主机</translation>
    </message>
    <message>
        <source>%1 refused the TLS handshake: it wants a version or cipher that is not offered here, or a client certificate (client_cert), or knows no site of that name; check the host, else ask the endpoint&apos;s operator</source>
        <translation>%1 拒绝了 TLS 握手：它要求的版本或加密方式这里没有，或要求客户端证书（client_cert），或不认识这个名字的站点；请检查主机，否则请询问端点的运营者</translation>
    </message>
    <message>
        <source>the TLS handshake with %1 failed (%2); check host and port</source>
        <translation>与 %1 的 TLS 握手失败（%2）；请检查主机和端口</translation>
    </message>
    <message>
        <source>its key cannot be decrypted: %1. Set the key anew.</source>
        <translation>它的密钥无法解密：%1。请重新设置密钥。</translation>
    </message>
    <message>
        <source>its key cannot be decrypted: %1. %2</source>
        <translation>它的密钥无法解密：%1。%2</translation>
    </message>
    <message>
        <source>its key %1. Set the key anew.</source>
        <translation>它的密钥有误（%1）。请重新设置密钥。</translation>
    </message>
    <message>
        <source>it is damaged, or was encrypted by a later version of qcc</source>
        <translation>它已损坏，或由更新版本的 qcc 加密</translation>
    </message>
    <message>
        <source>there is no key file, and the keychain does not hold the master key (locked?)</source>
        <translation>没有密钥文件，钥匙串里也没有主密钥（可能已锁定）</translation>
    </message>
    <message>
        <source>the master key in the keychain is damaged</source>
        <translation>钥匙串中的主密钥已损坏</translation>
    </message>
    <message>
        <source>the master key was not asked for</source>
        <translation>没有取用主密钥</translation>
    </message>
    <message>
        <source>the key file %1 is missing</source>
        <translation>缺少密钥文件 %1</translation>
    </message>
    <message>
        <source>the key file %1 is damaged</source>
        <translation>密钥文件 %1 已损坏</translation>
    </message>
    <message>
        <source>The key file %1 cannot be written: %2.</source>
        <translation>无法写入密钥文件 %1：%2。</translation>
    </message>
    <message>
        <source>The key cannot be encrypted: %1.</source>
        <translation>密钥无法加密：%1。</translation>
    </message>
    <message>
        <source>There is no cluster &quot;%1&quot;.</source>
        <translation>没有集群“%1”。</translation>
    </message>
    <message>
        <source>The cluster &quot;%1&quot; has no endpoint &quot;%2&quot;.</source>
        <translation>集群“%1”中没有端点“%2”。</translation>
    </message>
    <message>
        <source>There is a cluster &quot;%1&quot; already.</source>
        <translation>已经有集群“%1”了。</translation>
    </message>
    <message>
        <source>The cluster &quot;%1&quot; has an endpoint &quot;%2&quot; already.</source>
        <translation>集群“%1”中已经有端点“%2”了。</translation>
    </message>
    <message>
        <source>Choose another name, or add endpoints to it.</source>
        <translation>请换一个名称，或向它添加端点。</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请换一个名称。</translation>
    </message>
    <message>
        <source>A cluster needs a name.</source>
        <translation>集群需要名称。</translation>
    </message>
    <message>
        <source>An endpoint needs a name.</source>
        <translation>端点需要一个名称。</translation>
    </message>
    <message>
        <source>An endpoint needs a base URL.</source>
        <translation>端点需要基础地址。</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>无法读取 %1：%2。</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>%1 cannot be locked for editing.</source>
        <translation>无法锁定 %1 以便编辑。</translation>
    </message>
    <message>
        <source>Another qcc is editing it; try again.</source>
        <translation>另一个 qcc 正在编辑它；请再试一次。</translation>
    </message>
    <message>
        <source>Check that its folder exists, belongs to you and can be written to.</source>
        <translation>请检查它的文件夹是否存在、属于你并且可写。</translation>
    </message>
    <message>
        <source>The old configuration is untouched. Check free space and permissions.</source>
        <translation>旧配置未受影响。请检查剩余空间和权限。</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>请检查它的权限。</translation>
    </message>
    <message>
        <source>Correct config.json and try again.</source>
        <translation>请改正 config.json 后再试一次。</translation>
    </message>
    <message>
        <source>Copy it once more, and nothing else.</source>
        <translation>请再复制一次，不要带上别的内容。</translation>
    </message>
    <message>
        <source>the upstream agreed on HTTP/2 and did not begin to speak it within %1 s</source>
        <translation>上游同意使用 HTTP/2，但 %1 秒内没有开始</translation>
    </message>
    <message>
        <source>the HTTP/2 connection is dead: no answer to a PING within %1 s</source>
        <translation>HTTP/2 连接已失效：%1 秒内没有回应 PING</translation>
    </message>
    <message>
        <source>the upstream does not keep to HTTP/2</source>
        <translation>上游不遵守 HTTP/2</translation>
    </message>
    <message>
        <source>the HTTP/2 connection takes no more requests</source>
        <translation>HTTP/2 连接不再接受请求</translation>
    </message>
    <message>
        <source>the upstream has not taken the request (HTTP/2: REFUSED_STREAM)</source>
        <translation>上游没有接受请求（HTTP/2：REFUSED_STREAM）</translation>
    </message>
    <message>
        <source>the stream was reset before the end of the answer (HTTP/2: code %1)</source>
        <translation>回答结束前流被重置（HTTP/2：代码 %1）</translation>
    </message>
    <message>
        <source>the request body ended early</source>
        <translation>请求正文提前结束</translation>
    </message>
    <message>
        <source>the connection was closed before the end of the answer</source>
        <translation>回答结束前连接被关闭</translation>
    </message>
    <message>
        <source>the stream told an error</source>
        <translation>流中报告了错误</translation>
    </message>
    <message>
        <source>the whole request took longer than total_s</source>
        <translation>整个请求超过了 total_s</translation>
    </message>
    <message>
        <source>qcc was stopped before the answer had ended</source>
        <translation>回答结束前 qcc 被停止</translation>
    </message>
    <message>
        <source>no cluster is configured yet. Add one with: qcc endpoint add NAME --base-url URL --api-key KEY</source>
        <translation>还没有配置集群。添加：qcc endpoint add NAME --base-url URL --api-key KEY</translation>
    </message>
    <message>
        <source>cluster &quot;%1&quot; has no enabled endpoint. See: qcc endpoint list %2</source>
        <translation>集群“%1”没有已启用的端点。请看：qcc endpoint list %2</translation>
    </message>
    <message>
        <source>endpoint %1 is out of use: %2</source>
        <translation>端点 %1 已停用：%2</translation>
    </message>
    <message>
        <source>this computer has no network. Nothing is held against the endpoints; try again once it is back</source>
        <translation>这台电脑没有网络。不会计入端点；网络恢复后请再试</translation>
    </message>
    <message>
        <source>the request came back to qcc over its own endpoint &quot;%1&quot;; give that the address of the upstream</source>
        <translation>请求经 qcc 自己的端点“%1”又回到了 qcc；请为它填写上游的地址</translation>
    </message>
    <message>
        <source>every endpoint of cluster &quot;%1&quot; failed: %2</source>
        <translation>集群“%1”的所有端点都失败了：%2</translation>
    </message>
    <message>
        <source>not reachable</source>
        <translation>无法连通</translation>
    </message>
    <message>
        <source>the authority %1 in %2, which vouches for %3, %4; check this computer&apos;s clock, else %5</source>
        <translation>%2 中为 %3 担保的颁发机构 %1 %4；请检查这台电脑的时钟，否则%5</translation>
    </message>
    <message>
        <source>the authority %1, which vouches for %2, %3; check this computer&apos;s clock, else %4</source>
        <translation>为 %2 担保的颁发机构 %1 %3；请检查这台电脑的时钟，否则%4</translation>
    </message>
    <message>
        <source>expired on %1</source>
        <translation>已于 %1 过期</translation>
    </message>
    <message>
        <source>is not valid before %1</source>
        <translation>在 %1 之前无效</translation>
    </message>
    <message>
        <source>update this computer&apos;s authorities (ca-certificates), or tell the endpoint&apos;s operator</source>
        <translation>请更新这台电脑的颁发机构（ca-certificates），或告知端点的运营者</translation>
    </message>
    <message>
        <source>put its successor into that file</source>
        <translation>请把它的后继放入该文件</translation>
    </message>
    <message>
        <source>if you trust it, save the issuer&apos;s certificate as a PEM file and name that in the endpoint&apos;s ca_file</source>
        <translation>如果你信任它，请把颁发者的证书存为 PEM 文件，并写入端点的 ca_file</translation>
    </message>
    <message>
        <source>somebody without a name</source>
        <translation>没有名字的颁发者</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>没有人</translation>
    </message>
    <message>
        <source>the CA file %1 %2; %3</source>
        <translation>CA 文件 %1 %2；%3</translation>
    </message>
    <message>
        <source>put it back, or give the endpoint another one (ca_file)</source>
        <translation>请放回它，或为端点换一个（ca_file）</translation>
    </message>
    <message>
        <source>put it back, or start qcc without SSL_CERT_FILE</source>
        <translation>请放回它，或不带 SSL_CERT_FILE 启动 qcc</translation>
    </message>
    <message>
        <source>The CA file %1 %2.</source>
        <translation>CA 文件 %1 %2。</translation>
    </message>
    <message>
        <source>It must be a PEM file with the certificates of the authorities to trust for this endpoint.</source>
        <translation>它必须是 PEM 文件，含有此端点要信任的颁发机构的证书。</translation>
    </message>
    <message>
        <source>is no absolute path</source>
        <translation>不是绝对路径</translation>
    </message>
    <message>
        <source>does not exist</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>is larger than 4 MiB</source>
        <translation>大于 4 MiB</translation>
    </message>
    <message>
        <source>holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)</source>
        <translation>不含 PEM 形式的证书（-----BEGIN CERTIFICATE-----）</translation>
    </message>
    <message>
        <source>holds a certificate that cannot be read</source>
        <translation>含有无法读取的证书</translation>
    </message>
    <message>
        <source>it is damaged, or was encrypted with another master key</source>
        <translation>它已损坏，或是用另一个主密钥加密的</translation>
    </message>
    <message>
        <source>the key file %1 cannot be read (%2)</source>
        <translation>无法读取密钥文件 %1（%2）</translation>
    </message>
    <message>
        <source>this session has no keychain</source>
        <translation>此会话没有钥匙串</translation>
    </message>
    <message>
        <source>the keychain has not answered yet</source>
        <translation>钥匙串还没有回应</translation>
    </message>
    <message>
        <source>the keychain did not answer within %1 s (locked?)</source>
        <translation>钥匙串 %1 秒内没有回应（可能已锁定）</translation>
    </message>
    <message>
        <source>the keychain refused</source>
        <translation>钥匙串拒绝了</translation>
    </message>
    <message>
        <source>Unlock it and restart qcc, or set the key anew after `qcc config secure --file`.</source>
        <translation>请解锁后重启 qcc，或执行 `qcc config secure --file` 后重新设置密钥。</translation>
    </message>
    <message>
        <source>Start qcc within the desktop session, or set the key anew after `qcc config secure --file`.</source>
        <translation>请在桌面会话中启动 qcc，或执行 `qcc config secure --file` 后重新设置密钥。</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>请再试一次。</translation>
    </message>
    <message>
        <source>The key %1.</source>
        <translation>密钥%1。</translation>
    </message>
    <message>
        <source>holds a line break (were two lines copied?)</source>
        <translation>含有换行（是否复制了两行？）</translation>
    </message>
    <message>
        <source>holds a space (was something else copied along with it?)</source>
        <translation>含有空格（是否多复制了别的内容？）</translation>
    </message>
    <message>
        <source>holds control characters</source>
        <translation>含有控制字符</translation>
    </message>
    <message>
        <source>holds a quote</source>
        <translation>含有引号</translation>
    </message>
    <message>
        <source>is masked, as it is shown somewhere, and not the key itself</source>
        <translation>是某处显示的遮盖形式，不是密钥本身</translation>
    </message>
    <message>
        <source>holds &quot;%1&quot;, which no key has</source>
        <translation>含有密钥不会有的“%1”</translation>
    </message>
    <message>
        <source>config.json (line 1): is empty; at the least it holds {}</source>
        <translation>config.json（第 1 行）：是空的；至少要有 {}</translation>
    </message>
    <message>
        <source>config.json (line %1): not valid JSON, %2</source>
        <translation>config.json（第 %1 行）：不是有效的 JSON，%2</translation>
    </message>
    <message>
        <source>config.json (line 1): must be a JSON object</source>
        <translation>config.json（第 1 行）：必须是 JSON 对象</translation>
    </message>
    <message>
        <source>config.json: %1 (line %2): %3</source>
        <translation>config.json：%1（第 %2 行）：%3</translation>
    </message>
    <message>
        <source>%1 is gone. Put it back, or make a new one.</source>
        <translation>%1 不见了。请放回它，或新建一个。</translation>
    </message>
    <message>
        <source>must be a whole number from %1 to %2</source>
        <translation>必须是 %1 到 %2 的整数</translation>
    </message>
    <message>
        <source>must be a number from %1 to %2</source>
        <translation>必须是 %1 到 %2 的数</translation>
    </message>
    <message>
        <source>must be one of %1</source>
        <translation>必须是其中之一：%1</translation>
    </message>
    <message>
        <source>must be true or false</source>
        <translation>必须是 true 或 false</translation>
    </message>
    <message>
        <source>must be a string</source>
        <translation>必须是字符串</translation>
    </message>
    <message>
        <source>must be a string, or an object with a &quot;sealed&quot; string</source>
        <translation>必须是字符串，或带 &quot;sealed&quot; 字符串的对象</translation>
    </message>
    <message>
        <source>must be a list</source>
        <translation>必须是列表</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>必须是对象</translation>
    </message>
    <message>
        <source>must be a model&apos;s name</source>
        <translation>必须是模型名</translation>
    </message>
    <message>
        <source>must be 1, the only version that this qcc reads</source>
        <translation>必须是 1，此 qcc 只能读取这个版本</translation>
    </message>
    <message>
        <source>must be the name of a user</source>
        <translation>必须是用户名</translation>
    </message>
    <message>
        <source>must not hold control characters (a line break copied along with it?)</source>
        <translation>不能含有控制字符（是否多复制了换行？）</translation>
    </message>
    <message>
        <source>must not hold control characters</source>
        <translation>不能含有控制字符</translation>
    </message>
    <message>
        <source>must not begin or end with a space</source>
        <translation>开头和结尾不能是空格</translation>
    </message>
    <message>
        <source>must not be empty</source>
        <translation>不能为空</translation>
    </message>
    <message>
        <source>must be an absolute path</source>
        <translation>必须是绝对路径</translation>
    </message>
    <message>
        <source>must be system, none, or an http://, socks5:// or socks5h:// URL</source>
        <translation>必须是 system、none，或 http://、socks5://、socks5h:// 的 URL</translation>
    </message>
    <message>
        <source>must be an http:// or https:// URL</source>
        <translation>必须是 http:// 或 https:// 的 URL</translation>
    </message>
    <message>
        <source>must name a host</source>
        <translation>必须写明主机</translation>
    </message>
    <message>
        <source>must have a port from 1 to 65535</source>
        <translation>端口必须在 1 到 65535 之间</translation>
    </message>
    <message>
        <source>must not hold a user name or password; use api_key</source>
        <translation>不能含有用户名或密码；请用 api_key</translation>
    </message>
    <message>
        <source>must not have a query (&quot;?…&quot;)</source>
        <translation>不能有查询（&quot;?…&quot;）</translation>
    </message>
    <message>
        <source>must not have a fragment (&quot;#…&quot;)</source>
        <translation>不能有片段（&quot;#…&quot;）</translation>
    </message>
    <message>
        <source>must not be less than open_s</source>
        <translation>不能小于 open_s</translation>
    </message>
    <message>
        <source>must name a model while model.mode is override</source>
        <translation>model.mode 为 override 时必须写明模型</translation>
    </message>
    <message>
        <source>is the address of qcc itself</source>
        <translation>是 qcc 自己的地址</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken by another endpoint of this cluster (without a name the host&apos;s is used)</source>
        <translation>“%1”已被此集群的另一个端点使用（没有名称时用主机名）</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken by another cluster</source>
        <translation>“%1”已被另一个集群使用</translation>
    </message>
    <message>
        <source>names no cluster of this file</source>
        <translation>不是此文件中的集群</translation>
    </message>
    <message>
        <source>holds %1, which retry_statuses holds too</source>
        <translation>含有 %1，retry_statuses 也含有它</translation>
    </message>
    <message>
        <source>not allowed without listen.access_token, because everyone who reaches this address could use your keys</source>
        <translation>没有 listen.access_token 时不允许，因为能访问此地址的人都能使用你的密钥</translation>
    </message>
    <message>
        <source>holds characters that cannot be seen (copied along with it?)</source>
        <translation>含有看不见的字符（是否多复制了内容？）</translation>
    </message>
    <message>
        <source>names %1 in its midst, and requests name a version behind it: they go to %2</source>
        <translation>中间带有 %1，而请求又在后面带上版本：它们会发往 %2</translation>
    </message>
    <message>
        <source>ends in %1, which requests name themselves; it is said once, and without it clients that ask for another version work, too</source>
        <translation>以 %1 结尾，而请求自带它；不会重复，去掉它，使用其他版本的客户端也能用</translation>
    </message>
    <message>
        <source>port %1 is in use by %2</source>
        <translation>端口 %1 已被 %2 占用</translation>
    </message>
    <message>
        <source>another program</source>
        <translation>另一个程序</translation>
    </message>
    <message>
        <source>%1 (pid %2)</source>
        <translation>%1（进程 %2）</translation>
    </message>
    <message>
        <source>%1 (process %2)</source>
        <translation>%1（进程 %2）</translation>
    </message>
    <message>
        <source>qcc already runs on port %1 (pid %2), with another home folder</source>
        <translation>使用另一个主文件夹的 qcc（进程 %2）已在端口 %1 上运行</translation>
    </message>
    <message>
        <source>Stop that one, or choose another port with --port.</source>
        <translation>请停止那一个，或用 --port 选择其他端口。</translation>
    </message>
    <message>
        <source>cannot listen on %1 port %2: %3</source>
        <translation>无法在 %1 端口 %2 上监听：%3</translation>
    </message>
    <message>
        <source>Ports below 1024 belong to the system; use a higher one.</source>
        <translation>1024 以下的端口属于系统；请用更大的端口。</translation>
    </message>
    <message>
        <source>Choose another address or port with --host and --port.</source>
        <translation>请用 --host 和 --port 选择其他地址或端口。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address of this machine</source>
        <translation>“%1”不是这台电脑的地址</translation>
    </message>
    <message>
        <source>listening on %1 needs an access token, because everybody who reaches it could use your keys</source>
        <translation>在 %1 上监听需要访问令牌，因为能访问它的人都能使用你的密钥</translation>
    </message>
    <message>
        <source>there is no cluster named &quot;%1&quot;</source>
        <translation>没有名为“%1”的集群</translation>
    </message>
    <message>
        <source>the cluster &quot;%1&quot; has no endpoint &quot;%2&quot;</source>
        <translation>集群“%1”没有端点“%2”</translation>
    </message>
    <message>
        <source>the cluster &quot;%1&quot; has no enabled endpoint</source>
        <translation>集群“%1”没有已启用的端点</translation>
    </message>
    <message>
        <source>the cluster &quot;%1&quot; is not in use</source>
        <translation>集群“%1”没有在使用</translation>
    </message>
    <message>
        <source>the endpoint &quot;%1&quot; is out of use: %2</source>
        <translation>端点“%1”已停用：%2</translation>
    </message>
    <message>
        <source>the endpoint &quot;%1&quot; is disabled</source>
        <translation>端点“%1”已禁用</translation>
    </message>
    <message>
        <source>The base URL %1 leads back to qcc itself: it resolves to %2, where qcc listens.</source>
        <translation>基础地址 %1 指回 qcc 自己：它解析为 %2，而 qcc 在那里监听。</translation>
    </message>
    <message>
        <source>Use the address of the upstream, or let qcc listen on another port (listen.port).</source>
        <translation>请使用上游的地址，或让 qcc 在其他端口上监听（listen.port）。</translation>
    </message>
    <message>
        <source>config.json is being edited, and the cluster &quot;%1&quot; is not known yet</source>
        <translation>config.json 正在被编辑，还不认识集群“%1”</translation>
    </message>
    <message>
        <source>another process is still editing config.json</source>
        <translation>另一个进程仍在编辑 config.json</translation>
    </message>
    <message>
        <source>the proxy does not run</source>
        <translation>代理没有运行</translation>
    </message>
    <message>
        <source>the proxy has stopped</source>
        <translation>代理已停止</translation>
    </message>
    <message>
        <source>qcc is not running.</source>
        <translation>qcc 没有运行。</translation>
    </message>
    <message>
        <source>qcc did not answer in time.</source>
        <translation>qcc 没有及时回应。</translation>
    </message>
    <message>
        <source>qcc closed the control connection.</source>
        <translation>qcc 关闭了控制连接。</translation>
    </message>
    <message>
        <source>The control socket belongs to another user.</source>
        <translation>控制套接字属于另一个用户。</translation>
    </message>
    <message>
        <source>it was written by a newer qcc</source>
        <translation>它由更新版本的 qcc 写成</translation>
    </message>
    <message>
        <source>the proxy keeps no history</source>
        <translation>代理没有保留历史</translation>
    </message>
    <message>
        <source>%1 is there already.</source>
        <translation>%1 已存在。</translation>
    </message>
    <message>
        <source>it is larger than %1 MB</source>
        <translation>它大于 %1 MB</translation>
    </message>
    <message>
        <source>it is larger than %1 KB</source>
        <translation>它大于 %1 KB</translation>
    </message>
    <message>
        <source>it is no file</source>
        <translation>它不是文件</translation>
    </message>
    <message>
        <source>it is no JSON object</source>
        <translation>它不是 JSON 对象</translation>
    </message>
    <message>
        <source>line %1 is not valid JSON: %2</source>
        <translation>第 %1 行不是有效的 JSON：%2</translation>
    </message>
    <message>
        <source>line %1 is not valid TOML</source>
        <translation>第 %1 行不是有效的 TOML</translation>
    </message>
    <message>
        <source>%1 was not read: %2.</source>
        <translation>没有读取 %1：%2。</translation>
    </message>
    <message>
        <source>it holds more than %1 endpoints</source>
        <translation>它含有超过 %1 个端点</translation>
    </message>
    <message>
        <source>a URL, a key or a name in it is longer than %1 characters</source>
        <translation>其中的 URL、密钥或名称超过 %1 个字符</translation>
    </message>
    <message>
        <source>an address that is none</source>
        <translation>不是地址的内容</translation>
    </message>
    <message>
        <source>It leads to qcc itself.</source>
        <translation>它指向 qcc 自己。</translation>
    </message>
    <message>
        <source>It stands for %1 on this computer, which has the real address and key.</source>
        <translation>它代表这台电脑上的 %1，真正的地址和密钥在那里。</translation>
    </message>
    <message>
        <source>another proxy</source>
        <translation>另一个代理</translation>
    </message>
    <message>
        <source>It has no key.</source>
        <translation>它没有密钥。</translation>
    </message>
    <message>
        <source>Its base URL %1.</source>
        <translation>它的基础地址%1。</translation>
    </message>
    <message>
        <source>Its key %1.</source>
        <translation>它的密钥%1。</translation>
    </message>
    <message>
        <source>Its key comes without a base URL, and %1 names one.</source>
        <translation>它的密钥没有附带基础地址，而 %1 中有一个。</translation>
    </message>
    <message>
        <source>%1 rewrites requests to it for another API; qcc forwards them as they are.</source>
        <translation>%1 会为另一种 API 改写发往它的请求；qcc 则原样转发。</translation>
    </message>
    <message>
        <source>The cluster &quot;%1&quot; has it already, as &quot;%2&quot;.</source>
        <translation>集群“%1”已有它，名为“%2”。</translation>
    </message>
    <message>
        <source>Added to the cluster &quot;%1&quot; as &quot;%2&quot;.</source>
        <translation>已添加到集群“%1”，名为“%2”。</translation>
    </message>
    <message>
        <source>It trusts the authorities of %1 (NODE_EXTRA_CA_CERTS), and no others.</source>
        <translation>它只信任 %1（NODE_EXTRA_CA_CERTS）中的颁发机构。</translation>
    </message>
    <message>
        <source>%1 names an address, too, and is stronger.</source>
        <translation>%1 也指定了地址，并且优先级更高。</translation>
    </message>
    <message>
        <source>ANTHROPIC_API_KEY is set in the environment: with the key of the settings that makes two, of which Claude Code warns.</source>
        <translation>环境中设置了 ANTHROPIC_API_KEY：加上设置中的密钥就有两个，Claude Code 会对此发出警告。</translation>
    </message>
    <message>
        <source>The profile that its config.toml chooses names a provider, too, and is stronger.</source>
        <translation>其 config.toml 选用的配置档案也指定了提供方，并且优先级更高。</translation>
    </message>
    <message>
        <source>%1 is set in the environment, and is stronger.</source>
        <translation>环境中设置了 %1，并且优先级更高。</translation>
    </message>
    <message>
        <source>%1 is read in place of %2.</source>
        <translation>读取的是 %1，而不是 %2。</translation>
    </message>
    <message>
        <source>OPENCODE_CONFIG names another settings file, which is stronger: %1.</source>
        <translation>OPENCODE_CONFIG 指定了另一个优先级更高的设置文件：%1。</translation>
    </message>
    <message>
        <source>Gemini CLI reads its .env only in folders that it was told to trust.</source>
        <translation>Gemini CLI 只在已设为信任的文件夹中读取它的 .env。</translation>
    </message>
    <message>
        <source>%1 stays as it is: %2.</source>
        <translation>%1 保持不变：%2。</translation>
    </message>
    <message>
        <source>%1 is not connected by qcc.</source>
        <translation>%1 不是由 qcc 连接的。</translation>
    </message>
    <message>
        <source>%1 was changed by somebody else at this moment, and stays as it is.</source>
        <translation>%1 此刻被其他程序更改，因此保持不变。</translation>
    </message>
    <message>
        <source>Do it again.</source>
        <translation>请重试。</translation>
    </message>
    <message>
        <source>its folder cannot be made</source>
        <translation>无法创建其文件夹</translation>
    </message>
    <message>
        <source>Another qcc is connecting or disconnecting a client right now.</source>
        <translation>另一个 qcc 正在连接或断开客户端。</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>请稍后重试。</translation>
    </message>
    <message>
        <source>No settings were changed. Check free space and permissions.</source>
        <translation>没有更改任何设置。请检查可用空间和权限。</translation>
    </message>
    <message>
        <source>it is written in a way that cannot be edited safely</source>
        <translation>它的写法无法安全编辑</translation>
    </message>
    <message>
        <source>line %1 is not valid JSON</source>
        <translation>第 %1 行不是有效的 JSON</translation>
    </message>
    <message>
        <source>%1, which says what connecting changed in the settings of clients, cannot be read: %2.</source>
        <translation>无法读取 %1（其中记录了连接客户端时更改的设置）：%2。</translation>
    </message>
    <message>
        <source>Correct it, or move it away; then qcc no longer knows what was there before.</source>
        <translation>请更正或移走它；移走后 qcc 将不再知道原来的设置。</translation>
    </message>
    <message>
        <source>it is not what qcc writes</source>
        <translation>它不是 qcc 写入的内容</translation>
    </message>
    <message>
        <source>what it says of %1 is not what qcc writes</source>
        <translation>其中关于 %1 的内容不是 qcc 写入的</translation>
    </message>
    <message>
        <source>Check its permissions and free space, and do it again.</source>
        <translation>请检查其权限和可用空间，然后重试。</translation>
    </message>
    <message>
        <source>Check what it is and its permissions, and do it again.</source>
        <translation>请检查它是什么以及它的权限，然后重试。</translation>
    </message>
    <message>
        <source>Correct it there, and do it again.</source>
        <translation>请在该处改正，然后重试。</translation>
    </message>
    <message>
        <source>%1 may not be entered</source>
        <translation>无权进入 %1</translation>
    </message>
    <message>
        <source>it is a link that leads to itself</source>
        <translation>它是指向自身的链接</translation>
    </message>
    <message>
        <source>&quot;%1&quot; in it is no object</source>
        <translation>其中的“%1”不是对象</translation>
    </message>
    <message>
        <source>line %1 is nested too deep for TOML that a person wrote</source>
        <translation>第 %1 行嵌套过深，不像是人写的 TOML</translation>
    </message>
    <message>
        <source>the file is read-only</source>
        <translation>文件是只读的</translation>
    </message>
    <message>
        <source>%1 is in the way</source>
        <translation>%1 挡在那里</translation>
    </message>
    <message>
        <source>%1 cannot be written: it cannot be locked.</source>
        <translation>无法写入 %1：无法锁定。</translation>
    </message>
    <message>
        <source>Another qcc has connected or disconnected %1 at this moment.</source>
        <translation>另一个 qcc 刚刚连接或断开了 %1。</translation>
    </message>
    <message>
        <source>%1, which says what connecting changed in the settings of clients, was written by a newer qcc.</source>
        <translation>记录客户端设置改动的 %1 由更新版本的 qcc 写入。</translation>
    </message>
    <message>
        <source>Use that one.</source>
        <translation>请使用那个版本。</translation>
    </message>
    <message>
        <source>%1 asks for a client certificate, or takes another one than it was shown; give the endpoint one that its operator knows (client_cert, client_key)</source>
        <translation>%1 要求客户端证书，或不接受所出示的证书；请为端点设置其运营者认可的证书（client_cert、client_key）</translation>
    </message>
    <message>
        <source>the client certificate %1 %2; put another one in its place, or give the endpoint another one (client_cert)</source>
        <translation>客户端证书 %1 %2；请换上另一个文件，或为端点另行设置（client_cert）</translation>
    </message>
    <message>
        <source>the client key %1 is under a passphrase; save it without one, readable by you alone (openssl pkey -in OLD.pem -out NEW.pem)</source>
        <translation>客户端私钥 %1 带有密码；请另存为不带密码、只有您能读取的文件（openssl pkey -in OLD.pem -out NEW.pem）</translation>
    </message>
    <message>
        <source>the client key %1 %2; put another one in its place, or give the endpoint another one (client_key)</source>
        <translation>客户端私钥 %1 %2；请换上另一个文件，或为端点另行设置（client_key）</translation>
    </message>
    <message>
        <source>holds no key in PEM form (-----BEGIN PRIVATE KEY-----)</source>
        <translation>不含 PEM 格式的私钥（-----BEGIN PRIVATE KEY-----）</translation>
    </message>
    <message>
        <source>holds a key that cannot be read</source>
        <translation>含有无法读取的私钥</translation>
    </message>
    <message>
        <source>does not belong to the client certificate</source>
        <translation>与客户端证书不匹配</translation>
    </message>
    <message>
        <source>holds a key of a kind that qcc cannot use: it must be RSA or EC</source>
        <translation>含有 qcc 无法使用的私钥类型：必须是 RSA 或 EC</translation>
    </message>
    <message>
        <source>is of no use without client_cert</source>
        <translation>没有 client_cert 时没有用处</translation>
    </message>
    <message>
        <source>its key program &quot;%1&quot; cannot be started: %2</source>
        <translation>它的密钥程序“%1”无法启动：%2</translation>
    </message>
    <message>
        <source>its key program &quot;%1&quot; did not end within %2 s</source>
        <translation>它的密钥程序“%1”在 %2 秒内没有结束</translation>
    </message>
    <message>
        <source>its key program &quot;%1&quot; ended with the code %2</source>
        <translation>它的密钥程序“%1”以代码 %2 结束</translation>
    </message>
    <message>
        <source>its key program &quot;%1&quot; crashed</source>
        <translation>它的密钥程序“%1”崩溃了</translation>
    </message>
    <message>
        <source>its key program &quot;%1&quot; says nothing in its first line</source>
        <translation>它的密钥程序“%1”的第一行什么也没有</translation>
    </message>
    <message>
        <source>its key program &quot;%1&quot; says more than a key</source>
        <translation>它的密钥程序“%1”输出的不只是密钥</translation>
    </message>
    <message>
        <source>what its key program &quot;%1&quot; says %2</source>
        <translation>它的密钥程序“%1”给出的内容%2</translation>
    </message>
    <message>
        <source>must not stand beside api_key: take one of them away</source>
        <translation>不能与 api_key 并存：请去掉其中一个</translation>
    </message>
    <message>
        <source>must be a program with its arguments: a list of texts, or one text</source>
        <translation>必须是一个程序及其参数：文本列表或一个文本</translation>
    </message>
    <message>
        <source>must name a program</source>
        <translation>必须写出一个程序</translation>
    </message>
    <message>
        <source>must not hold a character of the number 0</source>
        <translation>不能含有编号为 0 的字符</translation>
    </message>
    <message>
        <source>is no name of a header</source>
        <translation>不是请求头的名称</translation>
    </message>
    <message>
        <source>is no name of a parameter</source>
        <translation>不是参数的名称</translation>
    </message>
    <message>
        <source>must have a name</source>
        <translation>必须有名称</translation>
    </message>
    <message>
        <source>must not be set: the host is that of base_url</source>
        <translation>不能设置：主机由 base_url 决定</translation>
    </message>
    <message>
        <source>must not be set: it belongs to the connection and to how a request is framed, which is up to qcc</source>
        <translation>不能设置：它属于连接和请求的分帧，由 qcc 负责</translation>
    </message>
    <message>
        <source>must not be set: the key stands in api_key, and auth says how it is sent</source>
        <translation>不能设置：密钥写在 api_key 中，发送方式由 auth 决定</translation>
    </message>
    <message>
        <source>must not be set: such names are qcc&apos;s own</source>
        <translation>不能设置：这类名称属于 qcc 自己</translation>
    </message>
    <message>
        <source>must not be longer than %1 characters</source>
        <translation>不能超过 %1 个字符</translation>
    </message>
    <message>
        <source>must not hold line breaks or other control characters</source>
        <translation>不能含有换行或其他控制字符</translation>
    </message>
    <message>
        <source>is there twice, because headers do not tell capitals from small letters</source>
        <translation>出现了两次，因为请求头不区分大小写</translation>
    </message>
    <message>
        <source>the route %1 is passed over: cluster &quot;%2&quot; has no usable endpoint</source>
        <translation>路由 %1 被跳过：集群“%2”没有可用的端点</translation>
    </message>
    <message>
        <source>no cluster is called &quot;%1&quot;: there are %2</source>
        <translation>没有名为“%1”的集群：现有 %2</translation>
    </message>
    <message>
        <source>no cluster is called &quot;%1&quot;: there is none yet</source>
        <translation>没有名为“%1”的集群：还没有任何集群</translation>
    </message>
    <message>
        <source>qcc&apos;s own pages belong to no cluster: leave /@%1 out</source>
        <translation>qcc 自己的页面不属于任何集群：请去掉 /@%1</translation>
    </message>
    <message>
        <source>A route must have at least one of client, class, model and path.</source>
        <translation>路由必须至少有客户端、类别、模型和路径之一。</translation>
    </message>
    <message>
        <source>Without any it would be the active cluster.</source>
        <translation>一个都没有时，它就等于当前集群。</translation>
    </message>
    <message>
        <source>There are no routes.</source>
        <translation>没有路由。</translation>
    </message>
    <message>
        <source>There is no route %1; they are numbered from 1 to %2.</source>
        <translation>没有路由 %1；编号从 1 到 %2。</translation>
    </message>
    <message>
        <source>`qcc route list` shows them.</source>
        <translation>`qcc route list` 会列出它们。</translation>
    </message>
    <message>
        <source>must have at least one of client, class, model and path</source>
        <translation>必须至少有 client、class、model 和 path 之一</translation>
    </message>
    <message>
        <source>a message takes the client&apos;s own login, which a test has not; send one with the client itself</source>
        <translation>发送消息需要客户端自己的登录，而测试没有；请用客户端本身发送</translation>
    </message>
    <message>
        <source>the whole request took longer than total_s, and this endpoint had less than half of it</source>
        <translation>整个请求超过了 total_s，而这个端点只用了其中不到一半的时间</translation>
    </message>
    <message>
        <source>the connection was closed in the middle of a message</source>
        <translation>连接在一条消息的中途被关闭</translation>
    </message>
    <message>
        <source>nothing came either way for %1 s, in the middle of a message</source>
        <translation>在一条消息的中途，双方 %1 秒没有任何字节</translation>
    </message>
    <message>
        <source>%1: skipped, for it takes a login of the client&apos;s own, and the request brings none that is for it. Log in with the client, and have it send that: qcc client connect NAME --login keep. An access token goes in x-qcc-token then</source>
        <translation>%1：已跳过，因为它使用客户端自己的登录，而此请求没有适用于它的登录。请在客户端中登录并让它发送该登录：qcc client connect NAME --login keep。此时访问令牌放在 x-qcc-token 中</translation>
    </message>
    <message>
        <source>must not be passthrough beside a key of the endpoint&apos;s own: take api_key and api_key_command away, or choose another auth</source>
        <translation>端点有自己的密钥时不能为 passthrough：请去掉 api_key 和 api_key_command，或选择其他 auth</translation>
    </message>
    <message>
        <source>must not be passthrough at %1, which is none of the vendors&apos; own hosts, or not over https: whoever is there would get the login of the client. &quot;passthrough_anywhere&quot;: true allows it</source>
        <translation>在 %1 不能为 passthrough：它不是厂商自己的主机，或不使用 https，那里的人会得到客户端的登录。&quot;passthrough_anywhere&quot;: true 允许这样做</translation>
    </message>
    <message>
        <source>ANTHROPIC_API_KEY is set in the environment: Claude Code sends that in place of its login.</source>
        <translation>环境中设置了 ANTHROPIC_API_KEY：Claude Code 会发送它，而不是自己的登录。</translation>
    </message>
    <message>
        <source>Codex has no place for qcc&apos;s access token beside its own login.</source>
        <translation>Codex 在自己的登录之外没有地方放 qcc 的访问令牌。</translation>
    </message>
    <message>
        <source>%1 has no login that qcc could pass on.</source>
        <translation>%1 没有 qcc 可以转发的登录。</translation>
    </message>
</context>
<context>
    <name>ProblemText</name>
    <message>
        <source>%1 served it at the next try</source>
        <translation>%1 重试后完成</translation>
    </message>
    <message>
        <source>%1 served it</source>
        <translation>由 %1 完成</translation>
    </message>
    <message>
        <source>the answer was cut short</source>
        <translation>应答中断</translation>
    </message>
    <message>
        <source>not served</source>
        <translation>未能完成</translation>
    </message>
    <message>
        <source>%1 (%2 times)</source>
        <comment>what went wrong, how often</comment>
        <translation>%1（%2 次）</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>how it ended, why</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1, after %2</source>
        <comment>attempt, duration</comment>
        <translation>%1，用时 %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>endpoint, what went wrong</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1: %2 %3</source>
        <comment>endpoint, HTTP status, what went wrong</comment>
        <translation>%1：%2 %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>endpoint, result</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>ProxyFields</name>
    <message>
        <source>Failures and retries</source>
        <translation>失败与重试</translation>
    </message>
    <message>
        <source>At all endpoints together. With 1 nothing is tried again.</source>
        <translation>所有端点合计。为 1 时不重试。</translation>
    </message>
    <message>
        <source>The connect timeout as long as another endpoint could serve the request instead.</source>
        <translation>还有其他端点可以接替这个请求时的连接超时。</translation>
    </message>
    <message>
        <source>How long an endpoint may stay silent before and during its answer.</source>
        <translation>端点在应答之前和应答期间最多可以沉默多久。</translation>
    </message>
    <message>
        <source>Breaker</source>
        <translation>熔断器</translation>
    </message>
    <message>
        <source>After so many an endpoint is left alone for a while.</source>
        <translation>达到这个次数后，端点会被搁置一段时间。</translation>
    </message>
    <message>
        <source>It is also left alone when more than half of at least ten attempts fail within this time.</source>
        <translation>这段时间内至少十次尝试中有超过一半失败时，也会被搁置。</translation>
    </message>
    <message>
        <source>The time doubles up to this while the endpoint goes on failing.</source>
        <translation>端点持续失败时，搁置时间逐次加倍，直到此值。</translation>
    </message>
    <message>
        <source>This is more than the longest time below. Raise that one first.</source>
        <translation>超过了下面的最长时间。请先调高最长时间。</translation>
    </message>
    <message>
        <source>This is less than the time above, which every endpoint is left alone for.</source>
        <translation>小于上面的搁置时间，而每个端点都会被搁置那么久。</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Further requests wait in line.</source>
        <translation>更多的请求会排队等待。</translation>
    </message>
    <message>
        <source>Adaptive</source>
        <translation>自适应</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Adaptive sends fewer requests at once to an endpoint that slows down or limits the rate.</source>
        <translation>端点变慢或限流时，自适应会减少同时发给它的请求。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>An endpoint may still map names to its own.</source>
        <translation>端点仍可以把名称映射为自己的名称。</translation>
    </message>
    <message>
        <source>as the client asks</source>
        <translation>按客户端的请求</translation>
    </message>
    <message>
        <source>Enter the name of the model.</source>
        <translation>请输入模型的名称。</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>After so much silence a comment goes into the stream, for clients that would give up.</source>
        <translation>流沉默这么久后会插入一条注释，以免客户端放弃等待。</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Keep a history of requests</source>
        <translation>保留请求的历史记录</translation>
    </message>
    <message>
        <source>Times, endpoints and outcomes; never what was asked or answered.</source>
        <translation>只记录时间、端点和结果；从不记录请求和应答的内容。</translation>
    </message>
    <message>
        <source>Keep what went wrong in words</source>
        <translation>保存错误的文字</translation>
    </message>
    <message>
        <source>Errors as endpoints put them, without keys; they may quote a request.</source>
        <translation>端点所说的错误，不含密钥；其中可能引用请求的一部分。</translation>
    </message>
    <message>
        <source>Attempts per request</source>
        <translation>每个请求的尝试次数</translation>
    </message>
    <message>
        <source>Attempts per endpoint</source>
        <translation>每个端点的尝试次数</translation>
    </message>
    <message>
        <source>Connect timeout</source>
        <translation>连接超时</translation>
    </message>
    <message>
        <source>With others to try</source>
        <translation>有其他端点时</translation>
    </message>
    <message>
        <source>Read timeout</source>
        <translation>读取超时</translation>
    </message>
    <message>
        <source>Whole request</source>
        <translation>整个请求</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Failures in a row</source>
        <translation>连续失败次数</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>时间窗口</translation>
    </message>
    <message>
        <source>Left alone for</source>
        <translation>搁置时间</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>最长</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>同时连接数</translation>
    </message>
    <message>
        <source>Kept while idle</source>
        <translation>保留的空闲连接</translation>
    </message>
    <message>
        <source>None</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>Idle for at most</source>
        <translation>最长空闲时间</translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Requests use</source>
        <translation>请求使用</translation>
    </message>
    <message>
        <source>Keep streams alive</source>
        <translation>保持流的连接</translation>
    </message>
    <message>
        <source>Off</source>
        <comment>a setting</comment>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Largest request</source>
        <translation>最大请求</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Info</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>This and what is worse is written from now on.</source>
        <translation>从现在起写入此级别及更严重的内容。</translation>
    </message>
    <message>
        <source>Size of a file</source>
        <translation>单个文件的大小</translation>
    </message>
    <message>
        <source>Files kept</source>
        <translation>保留的文件数</translation>
    </message>
    <message>
        <source>Kept for</source>
        <translation>保留时间</translation>
    </message>
</context>
<context>
    <name>RunningWords</name>
    <message>
        <source>queued</source>
        <comment>exchange that runs</comment>
        <translation>排队中</translation>
    </message>
    <message>
        <source>asking</source>
        <comment>exchange that runs</comment>
        <translation>等待应答</translation>
    </message>
    <message>
        <source>checking</source>
        <comment>exchange that runs</comment>
        <translation>检查中</translation>
    </message>
    <message>
        <source>streaming</source>
        <comment>exchange that runs</comment>
        <translation>传输中</translation>
    </message>
    <message>
        <source>Waits for an endpoint, or for the next attempt.</source>
        <translation>正在等待端点，或等待下一次尝试。</translation>
    </message>
    <message>
        <source>An endpoint has the request; its answer has not begun yet.</source>
        <translation>请求已交给端点，应答尚未开始。</translation>
    </message>
    <message>
        <source>The answer has begun; its first bytes are held back until it is known to be good.</source>
        <translation>应答已经开始；确认正常之前，最初的字节暂不转交。</translation>
    </message>
    <message>
        <source>The answer is on its way to the client.</source>
        <translation>应答正在传给客户端。</translation>
    </message>
    <message>
        <source>Asking %1</source>
        <comment>endpoint</comment>
        <translation>正在等待 %1 应答</translation>
    </message>
    <message>
        <source>Checking the answer of %1</source>
        <comment>endpoint</comment>
        <translation>正在检查 %1 的应答</translation>
    </message>
    <message>
        <source>Streaming from %1</source>
        <comment>endpoint</comment>
        <translation>正在从 %1 传输</translation>
    </message>
</context>
<context>
    <name>SentenceText</name>
    <message>
        <source>, </source>
        <comment>between names</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <comment>names</comment>
        <translation>%1 和 %2</translation>
    </message>
    <message>
        <source>No request has come yet. Clients reach it at %1.</source>
        <translation>尚无请求。客户端可通过 %1 使用。</translation>
    </message>
    <message>
        <source>No requests in the last 5 minutes.</source>
        <translation>最近 5 分钟没有请求。</translation>
    </message>
    <message>
        <source>%1 of %2 requests since %3 were served.</source>
        <comment>percent, number, time</comment>
        <translation>自 %3 起的 %2 个请求中，%1 已完成。</translation>
    </message>
    <message>
        <source>%1 of %2 requests of the last 5 minutes were served.</source>
        <comment>percent, number</comment>
        <translation>最近 5 分钟的 %2 个请求中，%1 已完成。</translation>
    </message>
    <message>
        <source>The one request since %1 was served.</source>
        <comment>time</comment>
        <translation>自 %1 起的 1 个请求已完成。</translation>
    </message>
    <message>
        <source>The one request of the last 5 minutes was served.</source>
        <translation>最近 5 分钟的 1 个请求已完成。</translation>
    </message>
    <message>
        <source>All %1 requests since %2 were served.</source>
        <comment>number, time</comment>
        <translation>自 %2 起的 %1 个请求全部完成。</translation>
    </message>
    <message>
        <source>All %1 requests of the last 5 minutes were served.</source>
        <translation>最近 5 分钟的 %1 个请求全部完成。</translation>
    </message>
    <message>
        <source>Working, without %1</source>
        <comment>endpoints</comment>
        <translation>正常服务，%1 除外</translation>
    </message>
    <message>
        <source>Working, without %1 of %2 endpoints</source>
        <translation>正常服务，%2 个端点中有 %1 个除外</translation>
    </message>
    <message>
        <source>%1 is paused after %2 failures in a row (%3).</source>
        <comment>endpoint, number, why</comment>
        <translation>连续 %2 次失败（%3），%1 已暂停。</translation>
    </message>
    <message>
        <source>%1 is paused after %2 failures in a row.</source>
        <comment>endpoint, number</comment>
        <translation>连续 %2 次失败，%1 已暂停。</translation>
    </message>
    <message>
        <source>%1 is paused (%2).</source>
        <comment>endpoint, why</comment>
        <translation>%1 已暂停（%2）。</translation>
    </message>
    <message>
        <source>%1 is paused.</source>
        <comment>endpoint</comment>
        <translation>%1 已暂停。</translation>
    </message>
    <message>
        <source>%1 asked for rest (%2).</source>
        <comment>endpoint, why</comment>
        <translation>%1 要求稍候（%2）。</translation>
    </message>
    <message>
        <source>%1 asked for rest.</source>
        <comment>endpoint</comment>
        <translation>%1 要求稍候。</translation>
    </message>
    <message>
        <source>%1 refuses its key.</source>
        <comment>endpoint</comment>
        <translation>%1 拒绝了密钥。</translation>
    </message>
    <message>
        <source>%1 fails (%2).</source>
        <comment>endpoint, why</comment>
        <translation>%1 出错（%2）。</translation>
    </message>
    <message>
        <source>%1 fails.</source>
        <comment>endpoint</comment>
        <translation>%1 出错。</translation>
    </message>
    <message>
        <source>%1 is used after the others (%2).</source>
        <comment>endpoint, why</comment>
        <translation>%1 排在其他端点之后（%2）。</translation>
    </message>
    <message>
        <source>%1 is used after the others.</source>
        <comment>endpoint</comment>
        <translation>%1 排在其他端点之后。</translation>
    </message>
    <message>
        <source>%1 serves all requests.</source>
        <comment>endpoint</comment>
        <translation>所有请求由 %1 完成。</translation>
    </message>
    <message>
        <source>%1 serve all requests.</source>
        <comment>endpoints</comment>
        <translation>所有请求由 %1 完成。</translation>
    </message>
    <message>
        <source>The other %1 endpoints serve all requests.</source>
        <translation>所有请求由其他 %1 个端点完成。</translation>
    </message>
    <message>
        <source>The one request since %1 failed.</source>
        <comment>time</comment>
        <translation>自 %1 起的 1 个请求失败。</translation>
    </message>
    <message>
        <source>All %1 requests since %2 failed.</source>
        <comment>number, time</comment>
        <translation>自 %2 起的 %1 个请求全部失败。</translation>
    </message>
    <message>
        <source>Cluster %1 has another endpoint.</source>
        <translation>集群 %1 还有 1 个端点。</translation>
    </message>
    <message>
        <source>Cluster %1 has %2 other endpoints.</source>
        <translation>集群 %1 还有 %2 个端点。</translation>
    </message>
    <message>
        <source>Use %1</source>
        <comment>cluster</comment>
        <translation>改用 %1</translation>
    </message>
    <message>
        <source>No cluster is in use, so that requests are refused. Choose one.</source>
        <translation>没有使用中的集群，请求会被拒绝。请选择一个。</translation>
    </message>
    <message>
        <source>Cluster %1 has no endpoints.</source>
        <translation>集群 %1 没有端点。</translation>
    </message>
    <message>
        <source>All endpoints of cluster %1 are disabled.</source>
        <translation>集群 %1 的端点全部已禁用。</translation>
    </message>
    <message>
        <source>config.json cannot be read, so that what was last read from it goes on: %1</source>
        <translation>无法读取 config.json，上次读到的内容继续有效：%1</translation>
    </message>
    <message>
        <source>A part of the proxy hangs. If it stays so, stop the proxy and start it again.</source>
        <translation>代理的一部分没有响应。如果持续如此，请停止代理后重新启动。</translation>
    </message>
    <message>
        <source>This system does not tell which user a connection comes from. Set an access token under Settings to keep other users of this computer out.</source>
        <translation>此系统无法告知连接来自哪个用户。请在“设置”中设置访问令牌，以免本机其他用户使用。</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>The proxy takes requests as soon as it listens on %1.</source>
        <translation>代理开始监听 %1 后即可接受请求。</translation>
    </message>
    <message>
        <source>Finishing…</source>
        <translation>正在收尾…</translation>
    </message>
    <message>
        <source>The proxy takes no new requests, and ends when those that run have ended.</source>
        <translation>代理不再接受新请求，正在进行的请求完成后即停止。</translation>
    </message>
    <message>
        <source>The proxy cannot be started before config.json is corrected.</source>
        <translation>改正 config.json 之前无法启动代理。</translation>
    </message>
    <message>
        <source>&amp;Open file</source>
        <translation>打开文件(&amp;O)</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Clients that use %1 get no answer.</source>
        <translation>使用 %1 的客户端得不到应答。</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>启动(&amp;S)</translation>
    </message>
    <message>
        <source>Everything works</source>
        <translation>一切正常</translation>
    </message>
    <message>
        <source>No request is served</source>
        <translation>所有请求都失败</translation>
    </message>
    <message>
        <source>Many requests fail</source>
        <translation>许多请求失败</translation>
    </message>
    <message>
        <source>Working, but some requests fail</source>
        <translation>正常服务，但有些请求失败</translation>
    </message>
    <message>
        <source>Working, but %1 is not reliable</source>
        <comment>endpoint</comment>
        <translation>正常服务，但 %1 不稳定</translation>
    </message>
    <message>
        <source>Working, but %1 of %2 endpoints are not reliable</source>
        <translation>正常服务，但 %2 个端点中有 %1 个不稳定</translation>
    </message>
    <message>
        <source>No endpoint answers</source>
        <translation>没有端点应答</translation>
    </message>
    <message>
        <source>%1 does not answer</source>
        <comment>endpoint</comment>
        <translation>%1 没有应答</translation>
    </message>
    <message>
        <source>&amp;Test it</source>
        <translation>测试它(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Test all</source>
        <translation>全部测试(&amp;T)</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>没有网络</translation>
    </message>
    <message>
        <source>Nothing leads out of this computer, which is no endpoint&apos;s fault. It goes on by itself once there is a network again.</source>
        <translation>本机没有通往外部的网络，并非端点的问题。网络恢复后会自动继续。</translation>
    </message>
    <message>
        <source>No endpoint yet</source>
        <translation>还没有端点</translation>
    </message>
    <message>
        <source>&amp;Add an endpoint…</source>
        <translation>添加端点(&amp;A)…</translation>
    </message>
    <message>
        <source>Working, but a part hangs</source>
        <translation>正常服务，但有一部分没有响应</translation>
    </message>
    <message>
        <source>Working, but look at this</source>
        <translation>正常服务，但请注意</translation>
    </message>
</context>
<context>
    <name>StateText</name>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Degraded</source>
        <translation>部分可用</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>No endpoint yet</source>
        <translation>还没有端点</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>没有网络</translation>
    </message>
    <message>
        <source>%1 · %2 in flight</source>
        <comment>state and success rate, number of requests</comment>
        <translation>%1 · %2 个请求进行中</translation>
    </message>
    <message>
        <source>no requests yet</source>
        <translation>尚无请求</translation>
    </message>
    <message>
        <source>qcc: %1</source>
        <translation>qcc：%1</translation>
    </message>
    <message>
        <source>Cluster: %1</source>
        <translation>集群：%1</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Success: %1</source>
        <translation>成功率：%1</translation>
    </message>
    <message>
        <source>In flight: %1</source>
        <translation>进行中：%1</translation>
    </message>
    <message>
        <source>Last error: %1</source>
        <translation>最近的错误：%1</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>state, no requests yet</comment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>no requests in the last hour</source>
        <translation>最近一小时没有请求</translation>
    </message>
    <message>
        <source>%1 · %2 in 5 min</source>
        <comment>state, success rate</comment>
        <translation>%1 · 5 分钟内 %2</translation>
    </message>
    <message>
        <source>no requests in 5 min</source>
        <translation>5 分钟内没有请求</translation>
    </message>
    <message>
        <source>%1 of the last 5 minutes</source>
        <translation>最近 5 分钟 %1</translation>
    </message>
    <message>
        <source>Finishing…</source>
        <translation>正在收尾…</translation>
    </message>
    <message numerus="yes">
        <source>Finishing %n request(s)…</source>
        <translation>
            <numerusform>正在完成 %n 个请求…</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · config.json has a fault</source>
        <comment>state</comment>
        <translation>%1 · config.json 有错误</translation>
    </message>
    <message>
        <source>%1 of the last hour in all clusters</source>
        <translation>最近一小时所有集群 %1</translation>
    </message>
</context>
<context>
    <name>TimelineSeries</name>
    <message>
        <source>other</source>
        <comment>outcomes</comment>
        <translation>其他</translation>
    </message>
    <message>
        <source>Requests per minute</source>
        <translation>每分钟请求数</translation>
    </message>
    <message>
        <source>Requests per %1 minutes</source>
        <translation>每 %1 分钟请求数</translation>
    </message>
    <message>
        <source>Requests per hour</source>
        <translation>每小时请求数</translation>
    </message>
    <message>
        <source>Requests per %1 hours</source>
        <translation>每 %1 小时请求数</translation>
    </message>
</context>
<context>
    <name>TrayOptions</name>
    <message>
        <source>See qcc-tray --help.</source>
        <translation>请参阅 qcc-tray --help。</translation>
    </message>
    <message>
        <source>The proxy of qcc in the desktop&apos;s tray.</source>
        <translation>在桌面托盘中运行 qcc 的代理。</translation>
    </message>
    <message>
        <source>Start without a message or a window.</source>
        <translation>启动时不显示消息或窗口。</translation>
    </message>
    <message>
        <source>Wait up to a minute for a tray, as after logging in.</source>
        <translation>最多等待一分钟直到托盘出现（例如刚登录时）。</translation>
    </message>
    <message>
        <source>Start the proxy with this cluster instead of the active one.</source>
        <translation>用此集群启动代理，而不是当前集群。</translation>
    </message>
    <message>
        <source>Listen on this port instead of the configured one.</source>
        <translation>监听此端口，而不是配置中的端口。</translation>
    </message>
    <message>
        <source>qcc-tray takes no &quot;%1&quot;.</source>
        <translation>qcc-tray 不接受“%1”。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a port from 0 to 65535.</source>
        <translation>“%1”不是 0 到 65535 之间的端口。</translation>
    </message>
    <message>
        <source>Show this help.</source>
        <translation>显示此帮助。</translation>
    </message>
    <message>
        <source>Show the version.</source>
        <translation>显示版本。</translation>
    </message>
</context>
<context>
    <name>VendorText</name>
    <message>
        <source>Key as %1; speaks %2</source>
        <comment>header, protocols</comment>
        <translation>密钥以 %1 发送；支持 %2</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>%1 %</source>
        <comment>percent</comment>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>minutes and seconds, as 3:20</comment>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>%1 秒前</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>%1 分钟前</translation>
    </message>
    <message>
        <source>%1 h ago</source>
        <translation>%1 小时前</translation>
    </message>
    <message>
        <source>%1 k</source>
        <comment>thousands</comment>
        <translation>%1 k</translation>
    </message>
    <message>
        <source>%1 M</source>
        <comment>millions</comment>
        <translation>%1 M</translation>
    </message>
    <message>
        <source>not tried yet</source>
        <comment>endpoint</comment>
        <translation>尚未尝试</translation>
    </message>
    <message>
        <source>healthy</source>
        <comment>endpoint</comment>
        <translation>正常</translation>
    </message>
    <message>
        <source>degraded</source>
        <comment>endpoint</comment>
        <translation>不稳定</translation>
    </message>
    <message>
        <source>failing</source>
        <comment>endpoint</comment>
        <translation>失败</translation>
    </message>
    <message>
        <source>resting</source>
        <comment>endpoint</comment>
        <translation>休息中</translation>
    </message>
    <message>
        <source>key refused</source>
        <comment>endpoint</comment>
        <translation>密钥被拒绝</translation>
    </message>
    <message>
        <source>disabled</source>
        <comment>endpoint</comment>
        <translation>已禁用</translation>
    </message>
    <message>
        <source>complete</source>
        <comment>outcome</comment>
        <translation>完成</translation>
    </message>
    <message>
        <source>recovered</source>
        <comment>outcome</comment>
        <translation>已补救</translation>
    </message>
    <message>
        <source>caller&apos;s error</source>
        <comment>outcome</comment>
        <translation>请求有误</translation>
    </message>
    <message>
        <source>error</source>
        <comment>outcome</comment>
        <translation>错误</translation>
    </message>
    <message>
        <source>truncated</source>
        <comment>outcome</comment>
        <translation>中断</translation>
    </message>
    <message>
        <source>cancelled</source>
        <comment>outcome</comment>
        <translation>已取消</translation>
    </message>
    <message>
        <source>good</source>
        <comment>attempt</comment>
        <translation>成功</translation>
    </message>
    <message>
        <source>stale connection</source>
        <comment>attempt</comment>
        <translation>连接已失效</translation>
    </message>
    <message>
        <source>no connection</source>
        <comment>attempt</comment>
        <translation>无法连接</translation>
    </message>
    <message>
        <source>connection broke</source>
        <comment>attempt</comment>
        <translation>连接中断</translation>
    </message>
    <message>
        <source>server error</source>
        <comment>attempt</comment>
        <translation>服务器错误</translation>
    </message>
    <message>
        <source>rate limit</source>
        <comment>attempt</comment>
        <translation>限流</translation>
    </message>
    <message>
        <source>quota spent</source>
        <comment>attempt</comment>
        <translation>额度用完</translation>
    </message>
    <message>
        <source>key refused</source>
        <comment>attempt</comment>
        <translation>密钥被拒绝</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <comment>attempt</comment>
        <translation>应答超时</translation>
    </message>
    <message>
        <source>unusable answer</source>
        <comment>attempt</comment>
        <translation>应答无效</translation>
    </message>
    <message>
        <source>request refused</source>
        <comment>attempt</comment>
        <translation>请求被拒绝</translation>
    </message>
    <message>
        <source>stream broke</source>
        <comment>attempt</comment>
        <translation>流中断</translation>
    </message>
    <message>
        <source>client left</source>
        <comment>attempt</comment>
        <translation>客户端已断开</translation>
    </message>
    <message>
        <source>queued</source>
        <comment>phase</comment>
        <translation>排队</translation>
    </message>
    <message>
        <source>looking up the host</source>
        <comment>phase</comment>
        <translation>解析主机</translation>
    </message>
    <message>
        <source>connecting</source>
        <comment>phase</comment>
        <translation>建立连接</translation>
    </message>
    <message>
        <source>TLS handshake</source>
        <comment>phase</comment>
        <translation>TLS 握手</translation>
    </message>
    <message>
        <source>waiting for the answer</source>
        <comment>phase</comment>
        <translation>等待应答</translation>
    </message>
    <message>
        <source>reading the answer</source>
        <comment>phase</comment>
        <translation>读取应答</translation>
    </message>
    <message>
        <source>leads back to qcc</source>
        <comment>attempt</comment>
        <translation>绕回 qcc 自身</translation>
    </message>
    <message>
        <source>model not served</source>
        <comment>attempt</comment>
        <translation>不提供该模型</translation>
    </message>
    <message>
        <source>blocked</source>
        <comment>attempt</comment>
        <translation>被拦截</translation>
    </message>
    <message>
        <source>wrong address</source>
        <comment>attempt</comment>
        <translation>地址不对</translation>
    </message>
    <message>
        <source>no network</source>
        <comment>attempt</comment>
        <translation>没有网络</translation>
    </message>
    <message>
        <source>since %1</source>
        <comment>time of day</comment>
        <translation>自 %1 起</translation>
    </message>
    <message>
        <source>last hour</source>
        <translation>最近一小时</translation>
    </message>
    <message>
        <source>last 24 hours</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>paused</source>
        <comment>endpoint whose breaker is open</comment>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>paused, next try in %1</source>
        <translation>已暂停，%1 后再试</translation>
    </message>
    <message>
        <source>config.json cannot be read</source>
        <translation>无法读取 config.json</translation>
    </message>
    <message>
        <source>The file is left as it is. Once it is corrected and saved, qcc goes on by itself.</source>
        <translation>文件保持原样。改正并保存后，qcc 会自动继续。</translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>minutes</comment>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h</source>
        <comment>hours</comment>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>%1, back in %2</source>
        <comment>health, time</comment>
        <translation>%1，%2 后恢复</translation>
    </message>
    <message>
        <source>overloaded</source>
        <comment>attempt</comment>
        <translation>过载</translation>
    </message>
    <message>
        <source>unavailable</source>
        <comment>attempt</comment>
        <translation>服务不可用</translation>
    </message>
</context>
<context>
    <name>qcc::AboutBox</name>
    <message>
        <source>About qcc</source>
        <translation>关于 qcc</translation>
    </message>
    <message>
        <source>One stable local address for AI coding clients.

Free software under the GNU General Public License, version 3, without any warranty.</source>
        <translation>为 AI 编程客户端提供一个稳定的本机地址。

自由软件，采用 GNU 通用公共许可证第 3 版，不提供任何担保。</translation>
    </message>
</context>
<context>
    <name>qcc::AddressFields</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>localhost, or an IP address of this computer. With 0.0.0.0 other computers reach the proxy, too.</source>
        <translation>localhost，或本机的 IP 地址。使用 0.0.0.0 时，其他计算机也能访问代理。</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>访问令牌</translation>
    </message>
    <message>
        <source>Clients present it as their API key. Required where other computers reach the proxy.</source>
        <translation>客户端把它当作 API 密钥发送。其他计算机能访问代理时必须设置。</translation>
    </message>
    <message>
        <source>&amp;Restart the proxy</source>
        <translation>重启代理(&amp;R)</translation>
    </message>
    <message>
        <source>This is no IP address. Enter one of this computer&apos;s, or localhost.</source>
        <translation>这不是 IP 地址。请输入本机的 IP 地址或 localhost。</translation>
    </message>
    <message>
        <source>Everyone who reaches this address could use your keys. Set an access token first.</source>
        <translation>任何能访问此地址的人都可以使用您的密钥。请先设置访问令牌。</translation>
    </message>
    <message>
        <source>Everyone who reaches %1 could use your keys. Keep a token, or go back to 127.0.0.1 first.</source>
        <translation>任何能访问 %1 的人都可以使用您的密钥。请保留令牌，或先改回 127.0.0.1。</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Takes effect at the next start; until then it is %1.</source>
        <translation>下次启动时生效；在此之前仍是 %1。</translation>
    </message>
</context>
<context>
    <name>qcc::AttemptsChart</name>
    <message>
        <source>Timeline of the attempts</source>
        <translation>各次尝试的时间线</translation>
    </message>
    <message>
        <source>%1: %2, from %3 to %4</source>
        <comment>stage, duration, start, end</comment>
        <translation>%1：%2，从 %3 到 %4</translation>
    </message>
    <message>
        <source>Pause of %1</source>
        <translation>停顿 %1</translation>
    </message>
</context>
<context>
    <name>qcc::ClientChange</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Connect %1 anew</source>
        <comment>a client</comment>
        <translation>重新连接 %1</translation>
    </message>
    <message>
        <source>Connect %1</source>
        <comment>a client</comment>
        <translation>连接 %1</translation>
    </message>
    <message>
        <source>Disconnect %1</source>
        <comment>a client</comment>
        <translation>断开 %1</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>断开…</translation>
    </message>
    <message>
        <source>&amp;Options…</source>
        <translation>选项(&amp;O)…</translation>
    </message>
    <message>
        <source>qcc does not change what others have set. It is theirs to take away.</source>
        <translation>qcc 不更改他人的设置，需要由设置者自行去掉。</translation>
    </message>
    <message>
        <source>%1 is no longer what qcc wrote, and is left alone.</source>
        <comment>a key</comment>
        <translation>%1 已不是 qcc 写入的值，将保持不变。</translation>
    </message>
    <message>
        <source>Everything else stays byte for byte. Disconnect puts the old lines back.</source>
        <translation>其余内容逐字节保持不变。断开会恢复原来的行。</translation>
    </message>
    <message>
        <source>Everything else stays byte for byte.</source>
        <translation>其余内容逐字节保持不变。</translation>
    </message>
    <message>
        <source>%1 is not there. What it said before is kept: disconnect again once it is back.</source>
        <comment>a file</comment>
        <translation>%1 不在原处。其原有内容已保留：它恢复后请再次断开。</translation>
    </message>
</context>
<context>
    <name>qcc::ClientLines</name>
    <message>
        <source>Any other client</source>
        <translation>其他客户端</translation>
    </message>
    <message>
        <source>that lets you set a base URL</source>
        <translation>只要能设置基础 URL</translation>
    </message>
    <message>
        <source>bash and zsh</source>
        <translation>bash 和 zsh</translation>
    </message>
    <message>
        <source>Shell</source>
        <translation>Shell</translation>
    </message>
    <message>
        <source>Shell that the lines are for</source>
        <translation>命令行适用的 Shell</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Anthropic style</source>
        <translation>Anthropic 风格</translation>
    </message>
    <message>
        <source>OpenAI style</source>
        <translation>OpenAI 风格</translation>
    </message>
    <message>
        <source>Gemini style</source>
        <translation>Gemini 风格</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <comment>a line</comment>
        <translation>复制：%1</translation>
    </message>
</context>
<context>
    <name>qcc::ClientOptions</name>
    <message>
        <source>Sub-agents</source>
        <translation>子代理</translation>
    </message>
    <message>
        <source>Hint headers</source>
        <translation>提示标头</translation>
    </message>
    <message>
        <source>It says with each request what that is for: main work, a sub-agent, a summary.</source>
        <translation>随每个请求说明其用途：主要工作、子代理或摘要。</translation>
    </message>
    <message>
        <source>Tool search</source>
        <translation>工具搜索</translation>
    </message>
    <message>
        <source>It looks tools up when it needs them, as with its vendor&apos;s own address, and does not send all of them each time.</source>
        <translation>需要时才查找工具（与使用厂商地址时相同），而不是每次都全部发送。</translation>
    </message>
    <message>
        <source>Models by class</source>
        <translation>按类别指定模型</translation>
    </message>
    <message>
        <source>It asks for these models in place of its own choice.</source>
        <translation>请求这些模型，而不是由它自行选择。</translation>
    </message>
    <message>
        <source>OpenAI&apos;s models, too</source>
        <translation>也包括 OpenAI 的模型</translation>
    </message>
    <message>
        <source>Its provider of OpenAI&apos;s models asks qcc as well, not only that of Anthropic&apos;s.</source>
        <translation>不仅 Anthropic 模型的提供方，OpenAI 模型的提供方也通过 qcc。</translation>
    </message>
    <message>
        <source>its own choice</source>
        <translation>由它选择</translation>
    </message>
    <message>
        <source>Model for %1</source>
        <comment>a class of models</comment>
        <translation>%1 使用的模型</translation>
    </message>
    <message>
        <source>Its own login</source>
        <translation>自己的登录</translation>
    </message>
    <message>
        <source>It is given no key, and goes on sending the login that it has: to an endpoint that gets the client&apos;s own.</source>
        <translation>不给它密钥，它继续发送自己的登录：发给使用客户端自己登录的端点。</translation>
    </message>
</context>
<context>
    <name>qcc::ClientRow</name>
    <message>
        <source>By variables alone</source>
        <translation>仅通过环境变量</translation>
    </message>
    <message>
        <source>&amp;Options…</source>
        <translation>选项(&amp;O)…</translation>
    </message>
    <message>
        <source>C&amp;onnect…</source>
        <translation>连接(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Disconnect…</source>
        <translation>断开(&amp;D)…</translation>
    </message>
    <message>
        <source>Open its &amp;settings file</source>
        <translation>打开其设置文件(&amp;S)</translation>
    </message>
    <message>
        <source>Copy the &amp;path</source>
        <translation>复制路径(&amp;P)</translation>
    </message>
</context>
<context>
    <name>qcc::ClientsPage</name>
    <message>
        <source>Clients</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>No client was found</source>
        <translation>没有找到客户端</translation>
    </message>
    <message>
        <source>Claude Code, Codex, Gemini CLI, opencode and qwen-code appear here once they are installed. Any other client goes by the lines below.</source>
        <translation>安装 Claude Code、Codex、Gemini CLI、opencode 或 qwen-code 后会显示在这里。其他客户端可使用下面的命令行。</translation>
    </message>
</context>
<context>
    <name>qcc::ClusterChoice</name>
    <message>
        <source>Clusters</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Search the clusters</source>
        <translation>搜索集群</translation>
    </message>
</context>
<context>
    <name>qcc::ClusterHead</name>
    <message>
        <source>In order of priority</source>
        <translation>按优先级</translation>
    </message>
    <message>
        <source>By weight</source>
        <translation>按权重</translation>
    </message>
    <message>
        <source>In turn</source>
        <translation>轮流</translation>
    </message>
    <message>
        <source>At random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Least busy</source>
        <translation>最空闲</translation>
    </message>
    <message>
        <source>Fastest</source>
        <translation>最快</translation>
    </message>
    <message>
        <source>Each endpoint gets its share of the requests, in proportion to its weight.</source>
        <translation>每个端点按权重分得相应份额的请求。</translation>
    </message>
    <message>
        <source>Each request goes to the endpoint whose turn is longest ago.</source>
        <translation>每个请求交给最久没有轮到的端点。</translation>
    </message>
    <message>
        <source>Each request goes to an endpoint picked at random, all of them alike.</source>
        <translation>每个请求交给随机选出的端点，各端点机会均等。</translation>
    </message>
    <message>
        <source>Each request goes to the endpoint that has the fewest in flight.</source>
        <translation>每个请求交给进行中的请求最少的端点。</translation>
    </message>
    <message>
        <source>Of two endpoints picked at random, each request goes to the one that answers sooner.</source>
        <translation>随机选出两个端点，每个请求交给其中应答较快的一个。</translation>
    </message>
    <message>
        <source>Use t&amp;his cluster</source>
        <translation>使用此集群(&amp;H)</translation>
    </message>
    <message>
        <source>New requests go there at once; running ones finish where they are.</source>
        <translation>新请求立即转到这里；进行中的请求在原处完成。</translation>
    </message>
    <message>
        <source>The first endpoint gets the requests; while it fails, the next one does.</source>
        <translation>第一个端点接收请求；它失败时由下一个接替。</translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>How an endpoint is chosen for a request</source>
        <translation>如何为请求选择端点</translation>
    </message>
    <message>
        <source>In use. %1</source>
        <comment>cluster, sentence</comment>
        <translation>使用中。%1</translation>
    </message>
    <message>
        <source>Copy the address of this cluster</source>
        <translation>复制此集群的地址</translation>
    </message>
    <message>
        <source>Copy %1: a client with this base URL goes to this cluster, whichever is in use</source>
        <comment>address</comment>
        <translation>复制 %1：以此为基础 URL 的客户端总是使用此集群，无论当前用的是哪个</translation>
    </message>
</context>
<context>
    <name>qcc::ClusterList</name>
    <message>
        <source>Clusters</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Alt+Up and Alt+Down move a cluster, F2 renames it.</source>
        <translation>Alt+↑ 和 Alt+↓ 移动集群，F2 重命名。</translation>
    </message>
    <message>
        <source>&amp;Use this cluster</source>
        <translation>使用此集群(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation>重命名(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Clone</source>
        <translation>克隆(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>Add a cluster</source>
        <translation>添加集群</translation>
    </message>
    <message>
        <source>What else can be done to the selected cluster</source>
        <translation>对所选集群的其他操作</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>Drop an endpoint on a cluster to move it there.</source>
        <translation>将端点拖到集群上，即可移到那里。</translation>
    </message>
    <message>
        <source>More for this cluster</source>
        <translation>此集群的更多操作</translation>
    </message>
    <message>
        <source>Routes</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Which requests go to another cluster than the one in use</source>
        <translation>哪些请求去往当前集群以外的集群</translation>
    </message>
    <message>
        <source>Copy &amp;address</source>
        <translation>复制地址(&amp;A)</translation>
    </message>
</context>
<context>
    <name>qcc::ClusterModel</name>
    <message>
        <source>edited</source>
        <comment>not saved yet</comment>
        <translation>已修改</translation>
    </message>
    <message>
        <source>1 endpoint</source>
        <translation>1 个端点</translation>
    </message>
    <message>
        <source>%1 endpoints</source>
        <translation>%1 个端点</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>%1 of %2 usable</source>
        <comment>endpoints</comment>
        <translation>%1/%2 可用</translation>
    </message>
    <message>
        <source>In use · %1</source>
        <comment>cluster, what it holds</comment>
        <translation>使用中 · %1</translation>
    </message>
</context>
<context>
    <name>qcc::ClusterPicker</name>
    <message>
        <source>Cluster in use: %1</source>
        <translation>使用中的集群：%1</translation>
    </message>
    <message>
        <source>%1, %2 endpoints usable</source>
        <comment>a cluster, 3 / 4</comment>
        <translation>%1，可用端点 %2</translation>
    </message>
    <message>
        <source>The cluster in use</source>
        <translation>使用中的集群</translation>
    </message>
    <message>
        <source>Choose a cluster</source>
        <translation>选择一个集群</translation>
    </message>
    <message>
        <source>No clusters yet</source>
        <translation>还没有集群</translation>
    </message>
</context>
<context>
    <name>qcc::ClustersPage</name>
    <message>
        <source>No clusters yet</source>
        <translation>还没有集群</translation>
    </message>
    <message>
        <source>Endpoints that stand in for each other make a cluster. The demo works without a key; import takes over what other tools know already.</source>
        <translation>可以互相接替的端点组成一个集群。演示不需要密钥；导入会采用其他工具里已有的端点。</translation>
    </message>
    <message>
        <source>&amp;Try the demo</source>
        <translation>试用演示(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Add an endpoint…</source>
        <translation>添加端点(&amp;A)…</translation>
    </message>
    <message>
        <source>cluster</source>
        <comment>name of a new one</comment>
        <translation>新集群</translation>
    </message>
    <message>
        <source>There is a cluster %1 already. Choose another name.</source>
        <translation>已有名为 %1 的集群。请换一个名称。</translation>
    </message>
    <message>
        <source>A name must not hold tabs or other control characters.</source>
        <translation>名称不能含有制表符或其他控制字符。</translation>
    </message>
    <message>
        <source>No endpoints in %1 yet</source>
        <translation>%1 中还没有端点</translation>
    </message>
    <message>
        <source>An endpoint is a base URL and its key. The first one gets all requests; further ones are there for when it fails.</source>
        <translation>端点是一个基础地址和它的密钥。第一个端点接收所有请求；其余的在它失败时接替。</translation>
    </message>
    <message>
        <source>Delete cluster %1?</source>
        <translation>删除集群 %1？</translation>
    </message>
    <message>
        <source>Delete endpoint %1?</source>
        <translation>删除端点 %1？</translation>
    </message>
    <message>
        <source>%1 brings it back as long as qcc runs.</source>
        <comment>shortcut</comment>
        <translation>在 qcc 退出之前，按 %1 可以恢复。</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Open file</source>
        <translation>打开文件(&amp;O)</translation>
    </message>
    <message>
        <source>There is a new endpoint that is not saved yet. Save or revert it first.</source>
        <translation>有一个尚未保存的新端点。请先保存或还原它。</translation>
    </message>
    <message>
        <source>Move endpoint %1 to %2?</source>
        <translation>将端点 %1 移到 %2？</translation>
    </message>
    <message>
        <source>%1 moves it back as long as qcc runs.</source>
        <comment>shortcut</comment>
        <translation>在 qcc 退出之前，按 %1 可以移回。</translation>
    </message>
    <message>
        <source>&amp;Move</source>
        <translation>移动(&amp;M)</translation>
    </message>
</context>
<context>
    <name>qcc::CommandPalette</name>
    <message>
        <source>Endpoints</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>%1 %2 choose</source>
        <comment>keys</comment>
        <translation>%1 %2 选择</translation>
    </message>
    <message>
        <source>%1 do it</source>
        <comment>a key</comment>
        <translation>%1 执行</translation>
    </message>
    <message>
        <source>%1 close</source>
        <comment>a key</comment>
        <translation>%1 关闭</translation>
    </message>
    <message>
        <source>Nothing is called so.</source>
        <translation>没有这样的名称。</translation>
    </message>
    <message>
        <source>Search pages, endpoints, clusters, actions, settings</source>
        <translation>搜索页面、端点、集群、操作、设置</translation>
    </message>
</context>
<context>
    <name>qcc::ConfigFields</name>
    <message>
        <source>s</source>
        <comment>seconds</comment>
        <translation>秒</translation>
    </message>
    <message>
        <source>MB</source>
        <comment>megabytes</comment>
        <translation>MB</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>on</source>
        <comment>a setting</comment>
        <translation>开启</translation>
    </message>
    <message>
        <source>off</source>
        <comment>a setting</comment>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1 in config.json</source>
        <comment>a key</comment>
        <translation>config.json 中的 %1</translation>
    </message>
    <message>
        <source>Default: %1. %2 in config.json</source>
        <comment>value, key</comment>
        <translation>默认值：%1。config.json 中的 %2</translation>
    </message>
    <message>
        <source>%1 changed</source>
        <comment>a setting</comment>
        <translation>已修改：%1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a setting, its new value</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>未保存：%1</translation>
    </message>
    <message>
        <source>The setting is as it was</source>
        <translation>设置已恢复原样</translation>
    </message>
</context>
<context>
    <name>qcc::ConnectionsLine</name>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Whole answer</source>
        <translation>完整应答</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>what, quantile</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>open</source>
        <comment>connections</comment>
        <translation>打开</translation>
    </message>
    <message>
        <source>idle</source>
        <comment>connections</comment>
        <translation>空闲</translation>
    </message>
    <message>
        <source>over HTTP/2</source>
        <comment>connections</comment>
        <translation>使用 HTTP/2</translation>
    </message>
    <message>
        <source>queued</source>
        <comment>requests without a connection</comment>
        <translation>排队</translation>
    </message>
    <message>
        <source>reused</source>
        <comment>connections</comment>
        <translation>复用</translation>
    </message>
    <message>
        <source>stale, repaired</source>
        <comment>connections</comment>
        <translation>失效并补救</translation>
    </message>
    <message>
        <source>Requests that wait for a connection</source>
        <translation>等待连接的请求</translation>
    </message>
    <message>
        <source>Connections that had died unnoticed; their requests were sent again at once, since start</source>
        <translation>启动以来未被察觉就已断开的连接；其中的请求已立即重新发送</translation>
    </message>
    <message>
        <source>%1 open</source>
        <comment>connections</comment>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>%1 idle</source>
        <comment>connections</comment>
        <translation>空闲 %1</translation>
    </message>
    <message>
        <source>%1 queued</source>
        <translation>排队 %1</translation>
    </message>
    <message>
        <source>%1 reused</source>
        <comment>percent of connections</comment>
        <translation>复用 %1</translation>
    </message>
    <message>
        <source>%1 stale, repaired</source>
        <comment>connections</comment>
        <translation>失效并补救 %1</translation>
    </message>
    <message>
        <source>%1 not let in</source>
        <comment>requests</comment>
        <translation>拒绝放行 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) of web pages</source>
        <translation>
            <numerusform>来自网页的请求 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) addressed to another name</source>
        <translation>
            <numerusform>发往其他主机名的请求 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) without the access token</source>
        <translation>
            <numerusform>未带访问令牌的请求 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) of other users</source>
        <translation>
            <numerusform>其他用户的连接 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) for want of memory or disk space</source>
        <translation>
            <numerusform>因内存或磁盘空间不足的请求 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Not let in since the start: %1. The log tells more.</source>
        <translation>启动以来拒绝放行：%1。详情见日志。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>what, number</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>qcc::DesktopFields</name>
    <message>
        <source>Start qcc when I log in</source>
        <translation>登录时启动 qcc</translation>
    </message>
    <message>
        <source>Startup</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>In the tray, without a window.</source>
        <translation>在托盘中，不打开窗口。</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>theme</comment>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>theme</comment>
        <translation>深色</translation>
    </message>
    <message>
        <source>Open the window</source>
        <translation>打开窗口</translation>
    </message>
    <message>
        <source>Start or stop the proxy</source>
        <translation>启动或停止代理</translation>
    </message>
    <message>
        <source>Open the menu</source>
        <translation>打开菜单</translation>
    </message>
    <message>
        <source>Nothing</source>
        <comment>happens on a click</comment>
        <translation>无操作</translation>
    </message>
    <message>
        <source>Some desktops open the menu whatever is set here.</source>
        <translation>有些桌面无论此处如何设置都会打开菜单。</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>tray icon</comment>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>tray icon</comment>
        <translation>深色</translation>
    </message>
    <message>
        <source>Colour</source>
        <comment>tray icon</comment>
        <translation>彩色</translation>
    </message>
    <message>
        <source>Open the panel</source>
        <translation>打开面板</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Tray icon</source>
        <translation>托盘图标</translation>
    </message>
    <message>
        <source>Light is for dark panels.</source>
        <translation>浅色用于深色面板。</translation>
    </message>
    <message>
        <source>Click on the tray icon</source>
        <translation>单击托盘图标</translation>
    </message>
    <message>
        <source>Middle click</source>
        <translation>中键单击</translation>
    </message>
    <message>
        <source>An endpoint fails and others take over</source>
        <translation>端点失败，由其他端点接替</translation>
    </message>
    <message>
        <source>No endpoint answers any more</source>
        <translation>不再有端点应答</translation>
    </message>
    <message>
        <source>Requests are served again</source>
        <translation>请求又能得到应答</translation>
    </message>
    <message>
        <source>The proxy cannot start because its port is taken</source>
        <translation>端口被占用，代理无法启动</translation>
    </message>
    <message>
        <source>An endpoint refuses its key, or has none</source>
        <translation>端点拒绝其密钥，或没有密钥</translation>
    </message>
</context>
<context>
    <name>qcc::DiagnosticsDialog</name>
    <message>
        <source>&amp;Save…</source>
        <translation>保存(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Check &amp;again</source>
        <translation>重新检查(&amp;A)</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>关闭(&amp;L)</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>All of it with versions, config.json and the end of the log, for a bug report: without keys</source>
        <translation>全部结果以及版本、config.json 和日志末尾，用于报告问题：不含密钥</translation>
    </message>
    <message>
        <source>What was found, as text</source>
        <translation>以文本形式复制检查结果</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Save the diagnostics</source>
        <translation>保存诊断</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Looking at the configuration, the port and the clients…</source>
        <translation>正在查看配置、端口和客户端…</translation>
    </message>
    <message>
        <source>What a request needs to get through</source>
        <translation>请求能够送达所需要的一切</translation>
    </message>
    <message>
        <source>The configuration, the port, proxies, each endpoint, the clock and the clients are looked at, from the ground up. Nothing is changed, and no token is spent.</source>
        <translation>从头检查配置、端口、代理、各个端点、时钟和客户端。不做任何更改，也不花费 Token。</translation>
    </message>
    <message>
        <source>Asking the endpoints, %1 of %2…</source>
        <translation>正在询问端点，%1/%2…</translation>
    </message>
    <message>
        <source>Nothing was looked at</source>
        <translation>没有检查任何内容</translation>
    </message>
    <message>
        <source>Check again.</source>
        <translation>请重新检查。</translation>
    </message>
    <message>
        <source>Saved in %1, without keys. Look through it before you pass it on.</source>
        <translation>已保存到 %1，不含密钥。转交之前请先查看一遍。</translation>
    </message>
    <message>
        <source>&amp;Only what is not well</source>
        <translation>只看有问题的(&amp;O)</translation>
    </message>
    <message numerus="yes">
        <source>%n that are well are not shown</source>
        <translation>
            <numerusform>未显示正常的 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything is well</source>
        <translation>一切正常</translation>
    </message>
    <message>
        <source>All that was looked at is shown again without the filter.</source>
        <translation>取消筛选后会再次显示检查过的全部内容。</translation>
    </message>
</context>
<context>
    <name>qcc::DiagnosticsFeed</name>
    <message>
        <source>%1 is there already, and stays as it is. Choose another name.</source>
        <comment>a file</comment>
        <translation>%1 已存在，保持不变。请选择其他名称。</translation>
    </message>
    <message>
        <source>The diagnostics could not be saved: %1</source>
        <comment>reason</comment>
        <translation>无法保存诊断：%1</translation>
    </message>
</context>
<context>
    <name>qcc::DiffView</name>
    <message>
        <source>What changes in its settings</source>
        <translation>其设置中的更改</translation>
    </message>
    <message>
        <source>%1, which is new</source>
        <translation>%1（新文件）</translation>
    </message>
    <message>
        <source>%1, which goes</source>
        <translation>%1（将删除）</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>第 %1 行</translation>
    </message>
    <message>
        <source>Nothing changes in its settings.</source>
        <translation>其设置没有变化。</translation>
    </message>
</context>
<context>
    <name>qcc::EndpointForm</name>
    <message>
        <source>Reset &amp;breaker</source>
        <translation>重置熔断器(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Revert</source>
        <translation>还原(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Forget its failures and use it again at once</source>
        <translation>忘掉它的失败记录，立即重新使用</translation>
    </message>
    <message>
        <source>Save (%1)</source>
        <translation>保存（%1）</translation>
    </message>
    <message>
        <source>Sh&amp;ow</source>
        <translation>显示(&amp;O)</translation>
    </message>
    <message>
        <source>Show what is typed</source>
        <translation>显示输入的内容</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>移除(&amp;V)</translation>
    </message>
    <message>
        <source>Save it without the stored key</source>
        <translation>保存时去掉已存的密钥</translation>
    </message>
    <message>
        <source>%1, unchanged</source>
        <comment>masked key</comment>
        <translation>%1，不变</translation>
    </message>
    <message>
        <source>will be removed</source>
        <translation>将被移除</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>What is marked in the form is to be corrected first.</source>
        <translation>请先改正表单中标出的内容。</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有改动。</translation>
    </message>
    <message>
        <source>M&amp;ore</source>
        <translation>更多(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>Base &amp;URL</source>
        <translation>基础地址(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Key</source>
        <translation>密钥(&amp;K)</translation>
    </message>
    <message>
        <source>Edited, not saved</source>
        <translation>已修改，尚未保存</translation>
    </message>
    <message>
        <source>Ven&amp;dor</source>
        <translation>厂商(&amp;D)</translation>
    </message>
</context>
<context>
    <name>qcc::EndpointList</name>
    <message>
        <source>&amp;Add…</source>
        <translation>添加(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Clone</source>
        <translation>克隆(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>Test a&amp;ll</source>
        <translation>全部测试(&amp;L)</translation>
    </message>
    <message>
        <source>Cance&amp;l</source>
        <translation>取消(&amp;L)</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>Alt+Up and Alt+Down change the priority, Space turns an endpoint on or off.</source>
        <translation>Alt+↑ 和 Alt+↓ 改变优先级，空格键启用或禁用端点。</translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation>测试(&amp;T)</translation>
    </message>
    <message>
        <source>Test all enabled endpoints (F5)</source>
        <translation>测试所有已启用的端点（F5）</translation>
    </message>
    <message>
        <source>%1 of %2 tested</source>
        <translation>已测试 %1 / %2</translation>
    </message>
    <message>
        <source>Tests that have an answer</source>
        <translation>已有结果的测试</translation>
    </message>
    <message>
        <source>Reset &amp;breaker</source>
        <translation>重置熔断器(&amp;B)</translation>
    </message>
    <message>
        <source>No endpoint of this cluster is enabled.</source>
        <translation>这个集群没有已启用的端点。</translation>
    </message>
    <message>
        <source>More tests</source>
        <translation>更多测试</translation>
    </message>
    <message>
        <source>Test with a message: a real request to a model, which costs about a token</source>
        <translation>发送消息测试：向模型发出真实请求，大约花费一个 token</translation>
    </message>
    <message>
        <source>Test with a &amp;message</source>
        <translation>发送消息测试(&amp;M)</translation>
    </message>
    <message>
        <source>Test &amp;all with a message</source>
        <translation>全部发送消息测试(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Sort by first byte</source>
        <translation>按首字节排序(&amp;S)</translation>
    </message>
    <message>
        <source>Sorted by the first byte of the tests: the order of the priorities is back with the third click on the header, or by the menu. Space turns an endpoint on or off.</source>
        <translation>已按测试的首字节时间排序：第三次点击表头或使用菜单可恢复优先级顺序。空格键启用或停用端点。</translation>
    </message>
    <message>
        <source>M&amp;ove to</source>
        <translation>移到(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>Take over endpoints that other tools know</source>
        <translation>导入其他工具已有的端点</translation>
    </message>
    <message>
        <source>&amp;Enabled</source>
        <translation>启用(&amp;E)</translation>
    </message>
    <message>
        <source>Co&amp;py what is known</source>
        <translation>复制已知情况(&amp;P)</translation>
    </message>
    <message>
        <source>Sorted by first byte. Click that caption until the endpoints stand in their own order, which can be changed.</source>
        <translation>现在按首字节排序。点击“首字节”标题，直到端点回到自己的顺序，然后才能调整。</translation>
    </message>
</context>
<context>
    <name>qcc::EndpointModel</name>
    <message>
        <source>New endpoint</source>
        <translation>新端点</translation>
    </message>
    <message>
        <source>enabled</source>
        <translation>已启用</translation>
    </message>
    <message>
        <source>disabled</source>
        <translation>已禁用</translation>
    </message>
    <message>
        <source>On</source>
        <comment>endpoint is enabled</comment>
        <translation>启用</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Not known: it has not been tested, or the test failed.</source>
        <translation>未知：尚未测试，或测试失败。</translation>
    </message>
    <message>
        <source>How long the last test took to its first byte. Click to sort by it; the priorities stay as they are.</source>
        <translation>上次测试到首字节的用时。点击可按它排序，优先级不变。</translation>
    </message>
    <message>
        <source>first byte after %1</source>
        <translation>首字节用时 %1</translation>
    </message>
    <message>
        <source>first byte not known</source>
        <translation>首字节用时未知</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Edited · %1</source>
        <comment>not saved yet, base URL</comment>
        <translation>已修改 · %1</translation>
    </message>
    <message>
        <source>Whether requests may go there. Drag the row to change the order, or onto a cluster to move it there.</source>
        <translation>请求是否可以发往那里。拖动此行可改变顺序，拖到集群上可移到那里。</translation>
    </message>
    <message>
        <source>%1
%2
Priority %3</source>
        <comment>name, base URL, number</comment>
        <translation>%1
%2
优先级 %3</translation>
    </message>
    <message>
        <source>Save what was typed, then ask this endpoint</source>
        <translation>先保存输入的内容，再向该端点发送测试请求</translation>
    </message>
    <message>
        <source>Ask this endpoint now</source>
        <translation>立即询问此端点</translation>
    </message>
    <message>
        <source>What is marked in the form is to be corrected first.</source>
        <translation>请先改正表单中标出的内容。</translation>
    </message>
    <message>
        <source>Test %1</source>
        <comment>endpoint</comment>
        <translation>测试 %1</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>Test failed</source>
        <translation>测试失败</translation>
    </message>
    <message>
        <source>Reachable</source>
        <translation>可以连通</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>正在测试…</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>qcc::EndpointMore</name>
    <message>
        <source>&amp;Enabled</source>
        <translation>启用(&amp;E)</translation>
    </message>
    <message>
        <source>Use HTTP/&amp;2 where the endpoint offers it</source>
        <translation>端点支持时使用 HTTP/&amp;2</translation>
    </message>
    <message>
        <source>Key sent &amp;as</source>
        <translation>密钥发送方式(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Priority</source>
        <translation>优先级(&amp;P)</translation>
    </message>
    <message>
        <source>Pro&amp;xy</source>
        <translation>代理(&amp;X)</translation>
    </message>
    <message>
        <source>CA &amp;file</source>
        <translation>CA 文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>The lowest number comes first.</source>
        <translation>数字最小的优先。</translation>
    </message>
    <message>
        <source>Its share of the requests where the strategy goes by weight.</source>
        <translation>策略按权重分配时，它所占的份额。</translation>
    </message>
    <message>
        <source>&amp;Weight</source>
        <translation>权重(&amp;W)</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>代理的地址</translation>
    </message>
    <message>
        <source>none: those that this computer trusts</source>
        <translation>无：使用本机信任的证书</translation>
    </message>
    <message>
        <source>A PEM file with the certificate authorities that are trusted for this endpoint, in place of this computer&apos;s</source>
        <translation>一个 PEM 文件，连接此端点时只信任其中的证书颁发机构，而不是本机的</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>CA file</source>
        <translation>CA 文件</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>The header that the client used</source>
        <translation>与客户端使用的请求头相同</translation>
    </message>
    <message>
        <source>Both: x-api-key and Authorization</source>
        <translation>两者：x-api-key 和 Authorization</translation>
    </message>
    <message>
        <source>Not at all</source>
        <translation>不发送</translation>
    </message>
    <message>
        <source>System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>None</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>URL</source>
        <translation>URL</translation>
    </message>
    <message>
        <source>Key pr&amp;ogram</source>
        <translation>密钥程序(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Limits</source>
        <translation>限制(&amp;L)</translation>
    </message>
    <message>
        <source>Client &amp;certificate</source>
        <translation>客户端证书(&amp;C)</translation>
    </message>
    <message>
        <source>Client certificate</source>
        <translation>客户端证书</translation>
    </message>
    <message>
        <source>&amp;Its key</source>
        <translation>其私钥(&amp;I)</translation>
    </message>
    <message>
        <source>Key of the client certificate</source>
        <translation>客户端证书的私钥</translation>
    </message>
    <message>
        <source>&amp;Headers</source>
        <translation>请求头(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Query</source>
        <translation>查询参数(&amp;Q)</translation>
    </message>
    <message>
        <source>Key sent as, key program, priority, weight, limits, proxy, certificates, models, headers, query</source>
        <translation>密钥发送方式、密钥程序、优先级、权重、限制、代理、证书、模型、请求头、查询参数</translation>
    </message>
    <message>
        <source>So many requests it gets at a time; further ones go to the next endpoint, or wait.</source>
        <translation>同时最多发给它这么多请求；多出的交给下一个端点，或者等待。</translation>
    </message>
    <message>
        <source>So many requests it gets within any minute; further ones go to the next endpoint, or wait.</source>
        <translation>任意一分钟内最多发给它这么多请求；多出的交给下一个端点，或者等待。</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Requests at a time</source>
        <translation>同时的请求数</translation>
    </message>
    <message>
        <source>Requests a minute</source>
        <translation>每分钟的请求数</translation>
    </message>
    <message>
        <source>at a time</source>
        <translation>同时</translation>
    </message>
    <message>
        <source>a minute</source>
        <translation>每分钟</translation>
    </message>
    <message>
        <source>none: the key above</source>
        <translation>无：使用上面的密钥</translation>
    </message>
    <message>
        <source>A program with its arguments whose first line of output is the key. It is asked when a request needs the key, and takes the place of one that is kept.</source>
        <translation>一个程序及其参数，其输出的第一行就是密钥。请求需要密钥时询问它；它取代保存的密钥。</translation>
    </message>
    <message>
        <source>none: only the key says who asks</source>
        <translation>无：仅由密钥表明身份</translation>
    </message>
    <message>
        <source>A PEM file with the certificate that is shown to this endpoint, and those that lead to its authority</source>
        <translation>PEM 文件，含向此端点出示的证书，以及通向其颁发机构的证书</translation>
    </message>
    <message>
        <source>in the same file</source>
        <translation>在同一文件中</translation>
    </message>
    <message>
        <source>A PEM file with the certificate&apos;s key, without a passphrase</source>
        <translation>PEM 文件，含该证书的私钥，不带密码</translation>
    </message>
    <message>
        <source>Choose the file: %1</source>
        <comment>what it is</comment>
        <translation>选择文件：%1</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer *.key)</source>
        <translation>证书 (*.pem *.crt *.cer *.key)</translation>
    </message>
    <message>
        <source>passthrough_anywhere: to this host, too</source>
        <translation>passthrough_anywhere：也发给此主机</translation>
    </message>
    <message>
        <source>Whoever is at this host gets the login of the client, and can use it.</source>
        <translation>此主机上的人会得到客户端的登录，并且可以使用它。</translation>
    </message>
    <message>
        <source>No key: the client&apos;s own login is passed on</source>
        <translation>无密钥：转发客户端自己的登录</translation>
    </message>
</context>
<context>
    <name>qcc::EndpointTable</name>
    <message>
        <source>Endpoints</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>No longer &amp;prefer this endpoint</source>
        <translation>不再优先使用此端点(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Prefer this endpoint</source>
        <translation>优先使用此端点(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Reset</source>
        <translation>重置(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Copy last error</source>
        <translation>复制最近的错误(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation>测试(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>编辑(&amp;E)…</translation>
    </message>
</context>
<context>
    <name>qcc::EndpointTableModel</name>
    <message>
        <source>Open connections: %1, of which idle: %2, over HTTP/2: %3</source>
        <translation>已打开的连接：%1，其中空闲：%2，使用 HTTP/2：%3</translation>
    </message>
    <message>
        <source>Open connections: %1, of which idle: %2</source>
        <translation>已打开的连接：%1，其中空闲：%2</translation>
    </message>
    <message>
        <source>Attempts of the last 30 minutes: %1 good, %2 failed</source>
        <translation>最近 30 分钟的尝试：成功 %1 次，失败 %2 次</translation>
    </message>
    <message>
        <source>Attempts per minute: good ones above the line, failed ones below it</source>
        <translation>每分钟的尝试：线上方为成功，线下方为失败</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Success</source>
        <translation>成功率</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Last 30 min</source>
        <translation>最近 30 分钟</translation>
    </message>
    <message>
        <source>Attempts in the range above: %1 good, %2 failed</source>
        <translation>上方所选时段内的尝试：成功 %1，失败 %2</translation>
    </message>
    <message>
        <source>Until the first byte of an answer: median of the range above</source>
        <translation>到应答首字节的时间：上方所选时段的中位数</translation>
    </message>
    <message>
        <source>Attempts that succeeded, of the range above</source>
        <translation>上方所选时段内成功的尝试</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Edit key…</source>
        <translation>编辑密钥…</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Show fewer</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>%1 more</source>
        <comment>endpoints</comment>
        <translation>还有 %1 个</translation>
    </message>
    <message>
        <source>Enter: %1</source>
        <comment>what the key does</comment>
        <translation>回车键：%1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>qcc::ExchangeDetail</name>
    <message>
        <source>&amp;Copy details</source>
        <translation>复制详情(&amp;C)</translation>
    </message>
    <message>
        <source>Details of the request</source>
        <translation>请求的详情</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>关闭详情</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Show in the &amp;log</source>
        <translation>在日志中查看(&amp;L)</translation>
    </message>
    <message>
        <source>Show %1 of the cluster %2 on the page Clusters</source>
        <comment>endpoint, cluster</comment>
        <translation>在“集群”页面查看集群 %2 的 %1</translation>
    </message>
    <message>
        <source>%1 is no longer in config.json.</source>
        <comment>endpoint</comment>
        <translation>%1 已不在 config.json 中。</translation>
    </message>
    <message>
        <source>Show %1</source>
        <comment>endpoint</comment>
        <translation>查看 %1</translation>
    </message>
</context>
<context>
    <name>qcc::ExchangesModel</name>
    <message>
        <source>Tokens that the request took and the answer gave</source>
        <translation>请求所用的和应答所给的 token 数</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>尝试</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>总耗时</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>%1, started %2</source>
        <comment>id, date and time</comment>
        <translation>%1，开始于 %2</translation>
    </message>
</context>
<context>
    <name>qcc::ExchangesView</name>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Requests that run and that have finished, the newest first unless a column is sorted</source>
        <translation>进行中和已结束的请求，未按列排序时最新的在最前</translation>
    </message>
    <message>
        <source>&amp;Copy details</source>
        <translation>复制详情(&amp;C)</translation>
    </message>
    <message>
        <source>Copy &amp;id</source>
        <translation>复制编号(&amp;I)</translation>
    </message>
    <message>
        <source>Show in the &amp;log</source>
        <translation>在日志中查看(&amp;L)</translation>
    </message>
    <message>
        <source>Only &quot;%1&quot;</source>
        <comment>what is searched for</comment>
        <translation>只看“%1”</translation>
    </message>
    <message>
        <source>&amp;Reset columns</source>
        <translation>恢复默认列(&amp;R)</translation>
    </message>
    <message>
        <source>%1 (the window is too narrow)</source>
        <comment>a column</comment>
        <translation>%1（窗口太窄）</translation>
    </message>
</context>
<context>
    <name>qcc::FigureStrip</name>
    <message>
        <source>Success</source>
        <translation>成功率</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>last 5 min</source>
        <translation>最近 5 分钟</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 分钟</translation>
    </message>
    <message>
        <source>%1 in the hour</source>
        <comment>percent</comment>
        <translation>一小时 %1</translation>
    </message>
    <message>
        <source>no requests yet</source>
        <translation>尚无请求</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>%1 queued</source>
        <translation>排队 %1</translation>
    </message>
    <message>
        <source>%1 at most</source>
        <comment>number</comment>
        <translation>最多 %1</translation>
    </message>
    <message>
        <source>%1, median</source>
        <comment>what time it is of</comment>
        <translation>%1，中位数</translation>
    </message>
    <message>
        <source>median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>p95 %1</source>
        <comment>duration</comment>
        <translation>p95 %1</translation>
    </message>
    <message>
        <source>%1 before</source>
        <comment>number</comment>
        <translation>之前 %1</translation>
    </message>
</context>
<context>
    <name>qcc::FilterChips</name>
    <message>
        <source>Which requests are shown</source>
        <translation>显示哪些请求</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Recovered</source>
        <translation>已补救</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Truncated</source>
        <translation>中断</translation>
    </message>
    <message>
        <source>Caller&apos;s errors</source>
        <translation>请求有误</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
</context>
<context>
    <name>qcc::FootCard</name>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Address for clients</source>
        <translation>供客户端使用的地址</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>The proxy cannot be started before config.json is corrected.</source>
        <translation>改正 config.json 之前无法启动代理。</translation>
    </message>
    <message>
        <source>Stop the proxy</source>
        <translation>停止代理</translation>
    </message>
    <message>
        <source>Start the proxy</source>
        <translation>启动代理</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) left</source>
        <translation>
            <numerusform>还剩 %n 个请求</numerusform>
        </translation>
    </message>
    <message>
        <source>config.json has a fault</source>
        <translation>config.json 有错误</translation>
    </message>
    <message>
        <source>Takes no requests</source>
        <translation>不接收请求</translation>
    </message>
    <message>
        <source>%1 / min · %2 in flight</source>
        <comment>requests</comment>
        <translation>每分钟 %1 · %2 个进行中</translation>
    </message>
</context>
<context>
    <name>qcc::FoundRow</name>
    <message>
        <source>Import</source>
        <comment>of endpoints that were found</comment>
        <translation>导入</translation>
    </message>
    <message>
        <source>Import %1</source>
        <translation>导入 %1</translation>
    </message>
</context>
<context>
    <name>qcc::HeaderTable</name>
    <message>
        <source>Header</source>
        <translation>请求头</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Own headers</source>
        <translation>自定义请求头</translation>
    </message>
    <message>
        <source>Headers that are sent to this endpoint in place of the client&apos;s own</source>
        <translation>发给此端点、取代客户端同名内容的请求头</translation>
    </message>
</context>
<context>
    <name>qcc::ImportDialog</name>
    <message>
        <source>Import endpoints</source>
        <translation>导入端点</translation>
    </message>
    <message>
        <source>No endpoints were found in the places where other programs keep them.</source>
        <translation>在其他程序保存端点的位置没有找到任何端点。</translation>
    </message>
    <message>
        <source>These endpoints were found on this computer. Nothing is changed where they come from.</source>
        <translation>在这台计算机上找到了这些端点。它们的来源不会被改动。</translation>
    </message>
    <message>
        <source>Looked at:</source>
        <translation>已查找：</translation>
    </message>
    <message>
        <source>Endpoints found</source>
        <translation>找到的端点</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>Base URL</source>
        <translation>基础地址</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Into cluster</source>
        <translation>导入到集群</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Import %n endpoint(s)</source>
        <translation>
            <numerusform>导入 %n 个端点(&amp;I)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qcc::LogPage</name>
    <message>
        <source>&amp;Follow</source>
        <translation>跟踪(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Wrap lines</source>
        <translation>自动换行(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>No log yet</source>
        <translation>还没有日志</translation>
    </message>
    <message>
        <source>Start the proxy: what it does is shown here line by line.</source>
        <translation>启动代理后，它所做的事会逐行显示在这里。</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>没有匹配的内容</translation>
    </message>
    <message>
        <source>No line of the log has this level and holds this text.</source>
        <translation>日志中没有此级别且包含此文字的行。</translation>
    </message>
    <message>
        <source>All levels</source>
        <translation>所有级别</translation>
    </message>
    <message>
        <source>Info and above</source>
        <translation>信息及以上</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>警告和错误</translation>
    </message>
    <message>
        <source>Errors only</source>
        <translation>仅错误</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Search, for instance req-12</source>
        <translation>搜索，例如 req-12</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>搜索日志</translation>
    </message>
    <message>
        <source>Only lines that hold this text; upper and lower case differ (%1)</source>
        <translation>只显示包含此文字的行；区分大小写（%1）</translation>
    </message>
    <message>
        <source>Stay at the end while lines are added</source>
        <translation>有新行时停留在末尾</translation>
    </message>
    <message>
        <source>Copy what is selected, or else all lines shown</source>
        <translation>复制所选内容；没有选择时复制显示的所有行</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>打开文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>Show the log file in the file manager</source>
        <translation>在文件管理器中显示日志文件</translation>
    </message>
    <message>
        <source>Show &amp;all</source>
        <translation>显示全部(&amp;A)</translation>
    </message>
    <message>
        <source>Matching lines: %1 of %2</source>
        <translation>匹配的行：%1 / %2</translation>
    </message>
    <message>
        <source>The last %1 lines that match</source>
        <translation>最后 %1 个匹配的行</translation>
    </message>
    <message>
        <source>The last %1 of %2 lines</source>
        <translation>%2 行中的最后 %1 行</translation>
    </message>
    <message>
        <source>Lines: %1</source>
        <comment>of the log</comment>
        <translation>行数：%1</translation>
    </message>
    <message>
        <source>As in the f&amp;ile</source>
        <translation>按文件原样(&amp;I)</translation>
    </message>
    <message>
        <source>Show the words and ids that stand in proxy.log</source>
        <translation>显示 proxy.log 中的原文和标识</translation>
    </message>
    <message>
        <source>From proxy.log, the newest last</source>
        <translation>来自 proxy.log，最新的在最后</translation>
    </message>
</context>
<context>
    <name>qcc::MainWindow</name>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>No longer prefer</source>
        <translation>不再优先</translation>
    </message>
    <message>
        <source>Prefer</source>
        <translation>优先使用</translation>
    </message>
    <message>
        <source>Stop the proxy</source>
        <translation>停止代理</translation>
    </message>
    <message>
        <source>Start the proxy</source>
        <translation>启动代理</translation>
    </message>
    <message>
        <source>Reset breakers of %1</source>
        <comment>a cluster</comment>
        <translation>重置 %1 的熔断器</translation>
    </message>
    <message>
        <source>Add an endpoint…</source>
        <translation>添加端点…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>About qcc</source>
        <translation>关于 qcc</translation>
    </message>
    <message>
        <source>Quit qcc</source>
        <translation>退出 qcc</translation>
    </message>
    <message>
        <source>Diagnostics…</source>
        <translation>诊断…</translation>
    </message>
    <message>
        <source>doctor check problem error</source>
        <comment>words that find the diagnostics</comment>
        <translation>doctor check 检查 问题 错误</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Another client…</source>
        <translation>其他客户端…</translation>
    </message>
    <message>
        <source>Disconnect %1…</source>
        <comment>a client</comment>
        <translation>断开 %1…</translation>
    </message>
    <message>
        <source>Connect %1…</source>
        <comment>a client</comment>
        <translation>连接 %1…</translation>
    </message>
    <message>
        <source>Add a route…</source>
        <translation>添加路由…</translation>
    </message>
</context>
<context>
    <name>qcc::MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
</context>
<context>
    <name>qcc::ModelEdit</name>
    <message>
        <source>As the client asks</source>
        <translation>按客户端的请求</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Name of a model</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>模型的名称</translation>
    </message>
    <message>
        <source>Always this one</source>
        <translation>始终使用</translation>
    </message>
</context>
<context>
    <name>qcc::ModelMapTable</name>
    <message>
        <source>Model asked for</source>
        <translation>请求的模型</translation>
    </message>
    <message>
        <source>Sent as</source>
        <translation>发送为</translation>
    </message>
    <message>
        <source>Model map</source>
        <translation>模型映射</translation>
    </message>
    <message>
        <source>Which model name is sent in place of the one that was asked for</source>
        <translation>用哪个模型名代替请求中的模型名发送</translation>
    </message>
</context>
<context>
    <name>qcc::Notifier</name>
    <message>
        <source>qcc has a problem</source>
        <translation>qcc 遇到问题</translation>
    </message>
    <message>
        <source>Open qcc</source>
        <translation>打开 qcc</translation>
    </message>
    <message>
        <source>qcc goes on in the tray</source>
        <translation>qcc 继续在托盘中运行</translation>
    </message>
    <message>
        <source>Requests are served as before. The window opens again from the icon, whose menu ends qcc.</source>
        <translation>请求照常处理。可以从图标重新打开窗口，退出 qcc 用图标的菜单。</translation>
    </message>
</context>
<context>
    <name>qcc::OverviewPage</name>
    <message>
        <source>Last problems</source>
        <translation>最近的问题</translation>
    </message>
    <message>
        <source>Cluster %1 has no endpoints.</source>
        <translation>集群 %1 没有端点。</translation>
    </message>
    <message>
        <source>How each endpoint does is shown while the proxy runs.</source>
        <translation>代理运行时，这里显示各端点的情况。</translation>
    </message>
    <message>
        <source>&amp;Open file</source>
        <translation>打开文件(&amp;O)</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Show all problems</source>
        <translation>显示所有问题</translation>
    </message>
    <message>
        <source>The endpoints of the cluster in use are listed here.</source>
        <translation>这里列出使用中集群的端点。</translation>
    </message>
</context>
<context>
    <name>qcc::Panel</name>
    <message>
        <source>qcc at a glance</source>
        <translation>qcc 概况</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Last 60 s</source>
        <translation>最近 60 秒</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>&amp;Open qcc</source>
        <translation>打开 qcc(&amp;O)</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Success, 5 min</source>
        <translation>成功率，5 分钟</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>首字节</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>%1 / min</source>
        <comment>requests</comment>
        <translation>每分钟 %1</translation>
    </message>
    <message>
        <source>%1 in flight</source>
        <comment>requests</comment>
        <translation>%1 个进行中</translation>
    </message>
</context>
<context>
    <name>qcc::PanelGroup</name>
    <message>
        <source>%1 of %2</source>
        <comment>shown, all</comment>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>qcc::PanelSeconds</name>
    <message>
        <source>Last 60 s: %1 served, %2 failed</source>
        <translation>最近 60 秒：成功 %1，失败 %2</translation>
    </message>
</context>
<context>
    <name>qcc::ParameterTable</name>
    <message>
        <source>Parameter</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Own parameters</source>
        <translation>自定义参数</translation>
    </message>
    <message>
        <source>Parameters that are added to the query of every request for this endpoint</source>
        <translation>添加到发往此端点的每个请求的查询部分的参数</translation>
    </message>
</context>
<context>
    <name>qcc::ProblemModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>经过</translation>
    </message>
    <message>
        <source>%1 times</source>
        <comment>how often</comment>
        <translation>%1 次</translation>
    </message>
    <message>
        <source>%1, after %2</source>
        <comment>what became of a request, duration</comment>
        <translation>%1，等了 %2</translation>
    </message>
</context>
<context>
    <name>qcc::ProblemTable</name>
    <message>
        <source>Last problems</source>
        <translation>最近的问题</translation>
    </message>
    <message>
        <source>Enter shows the request.</source>
        <translation>按 Enter 查看请求。</translation>
    </message>
    <message>
        <source>None in this time. Requests that failed, or that were repaired, are listed here.</source>
        <translation>这段时间内没有。失败或经补救的请求会列在这里。</translation>
    </message>
</context>
<context>
    <name>qcc::RequestsHead</name>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>导出(&amp;X)…</translation>
    </message>
    <message>
        <source>&amp;Details open with a row</source>
        <translation>选中行时打开详情(&amp;D)</translation>
    </message>
    <message>
        <source>Search id, client, model, path, error</source>
        <translation>搜索 ID、客户端、模型、路径、错误</translation>
    </message>
    <message>
        <source>Search the requests</source>
        <translation>搜索请求</translation>
    </message>
    <message>
        <source>Finds id, client, model, path, cluster, endpoint, address, outcome and what was said of a failure. Of several words all must be found.</source>
        <translation>可查找 ID、客户端、模型、路径、集群、端点、地址、结果以及失败说明。多个词须全部找到。</translation>
    </message>
    <message>
        <source>Keeps the table as it is; what comes meanwhile is shown afterwards</source>
        <translation>保持表格不变；期间到来的请求稍后显示</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>At any time</source>
        <translation>所有时间</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近一小时</translation>
    </message>
    <message>
        <source>Last 24 hours</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Time of the requests</source>
        <translation>请求的时间</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <comment>times of day</comment>
        <translation>%1 至 %2</translation>
    </message>
    <message>
        <source>Cancel the export (%1)</source>
        <comment>number written</comment>
        <translation>取消导出 (%1)</translation>
    </message>
</context>
<context>
    <name>qcc::RequestsPage</name>
    <message>
        <source>No request matches</source>
        <translation>没有匹配的请求</translation>
    </message>
    <message>
        <source>None of the requests kept here fits the search and the choice above it.</source>
        <translation>这里保留的请求都不符合上方的搜索和选择。</translation>
    </message>
    <message>
        <source>Show &amp;all</source>
        <translation>显示全部(&amp;A)</translation>
    </message>
    <message>
        <source>No requests yet</source>
        <translation>尚无请求</translation>
    </message>
    <message>
        <source>1 request</source>
        <translation>1 个请求</translation>
    </message>
    <message>
        <source>%1 requests</source>
        <translation>%1 个请求</translation>
    </message>
    <message>
        <source>%1 of %2 requests</source>
        <translation>%2 个请求中的 %1 个</translation>
    </message>
    <message>
        <source>%1 · paused, %2 wait</source>
        <comment>requests, how many are held back</comment>
        <translation>%1 · 已暂停，%2 个待显示</translation>
    </message>
    <message>
        <source>%1 requests · earlier ones cannot be read: %2</source>
        <translation>%1 个请求 · 无法读取更早的请求：%2</translation>
    </message>
    <message>
        <source>The newest %1 of %2 requests that are kept</source>
        <translation>最新的 %1 个，共保存 %2 个请求</translation>
    </message>
    <message>
        <source>The newest %1 found; earlier ones come as you scroll down</source>
        <translation>已找到最新的 %1 个；向下滚动可加载更早的</translation>
    </message>
    <message>
        <source>Export requests</source>
        <translation>导出请求</translation>
    </message>
    <message>
        <source>CSV, for spreadsheets (*.csv)</source>
        <translation>CSV，用于电子表格 (*.csv)</translation>
    </message>
    <message>
        <source>JSON, with all attempts (*.json)</source>
        <translation>JSON，包含所有尝试 (*.json)</translation>
    </message>
    <message>
        <source>The newest %1 of %2 requests of that time</source>
        <translation>最新的 %1 个，该时段共 %2 个请求</translation>
    </message>
    <message>
        <source>Connect a client: each of its requests gets a line here.</source>
        <translation>连接一个客户端后，它的每个请求在这里各占一行。</translation>
    </message>
    <message>
        <source>&amp;Connect a client…</source>
        <translation>连接客户端(&amp;C)…</translation>
    </message>
</context>
<context>
    <name>qcc::RouteForm</name>
    <message>
        <source>Tabs and other control characters cannot be part of it.</source>
        <translation>不能含有制表符或其他控制字符。</translation>
    </message>
    <message>
        <source>A space at its beginning or end would be part of it.</source>
        <translation>开头或结尾的空格会成为它的一部分。</translation>
    </message>
    <message>
        <source>Remove it</source>
        <comment>the space</comment>
        <translation>去掉空格</translation>
    </message>
    <message>
        <source>There is no cluster %1 any more. Choose another one.</source>
        <translation>集群 %1 已不存在。请另选一个。</translation>
    </message>
    <message>
        <source>It has no enabled endpoint. Until it has one, the route is passed over.</source>
        <translation>它没有已启用的端点。在有之前，此路由会被跳过。</translation>
    </message>
    <message>
        <source>Fill in at least one of client, class, model and path.</source>
        <translation>客户端、类别、模型和路径请至少填一个。</translation>
    </message>
    <message>
        <source>No path is like that: they begin with a slash.</source>
        <translation>没有这样的路径：路径以斜杠开头。</translation>
    </message>
    <message>
        <source>Put it there</source>
        <comment>the slash</comment>
        <translation>补上斜杠</translation>
    </message>
    <message>
        <source>The * is sent as it is: it stands for anything in conditions only.</source>
        <translation>这里的 * 会原样发送：只有在条件中它才代表任意内容。</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Revert</source>
        <translation>还原(&amp;R)</translation>
    </message>
    <message>
        <source>The model that the client asks for</source>
        <translation>客户端请求的模型</translation>
    </message>
    <message>
        <source>As the page Clients calls it, or as its User-Agent begins; * stands for anything</source>
        <translation>“客户端”页上的名称，或其 User-Agent 的开头；* 代表任意内容</translation>
    </message>
    <message>
        <source>What the request is to its client. Claude Code says it with its hint headers on; that something is a sub-agent&apos;s it says always.</source>
        <translation>请求对其客户端而言是什么。Claude Code 在开启提示头后会说明；而请求来自子代理这一点它总会说明。</translation>
    </message>
    <message>
        <source>As the client asks for it; * stands for anything</source>
        <translation>客户端所请求的名称；* 代表任意内容</translation>
    </message>
    <message>
        <source>Such as /v1/responses; * stands for anything</source>
        <translation>例如 /v1/responses；* 代表任意内容</translation>
    </message>
    <message>
        <source>The model that is asked for there in place of the client&apos;s</source>
        <translation>在那里代替客户端的模型来请求的模型</translation>
    </message>
    <message>
        <source>C&amp;lient</source>
        <translation>客户端(&amp;L)</translation>
    </message>
    <message>
        <source>Cl&amp;ass</source>
        <translation>类别(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Path</source>
        <translation>路径(&amp;P)</translation>
    </message>
    <message>
        <source>Goes &amp;to</source>
        <translation>去往(&amp;T)</translation>
    </message>
    <message>
        <source>Asks &amp;for</source>
        <translation>改用模型(&amp;F)</translation>
    </message>
    <message>
        <source>Save (%1)</source>
        <translation>保存（%1）</translation>
    </message>
    <message>
        <source>What is marked in the form is to be corrected first.</source>
        <translation>请先改正表单中标出的内容。</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有改动。</translation>
    </message>
</context>
<context>
    <name>qcc::RouteList</name>
    <message>
        <source>Routes</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Alt+Up and Alt+Down change the order, Enter edits a route, Delete deletes it.</source>
        <translation>Alt+Up 和 Alt+Down 更改顺序，Enter 编辑路由，Delete 删除路由。</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>上移(&amp;U)</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>下移(&amp;D)</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>删除(&amp;E)</translation>
    </message>
</context>
<context>
    <name>qcc::RouteModel</name>
    <message>
        <source>New route</source>
        <translation>新路由</translation>
    </message>
    <message>
        <source>New</source>
        <comment>route, not saved yet</comment>
        <translation>新</translation>
    </message>
    <message>
        <source>As asked</source>
        <comment>for the model that the client asks for</comment>
        <translation>照原样</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>Passed over</source>
        <translation>被跳过</translation>
    </message>
    <message>
        <source>Asks for %1</source>
        <comment>model</comment>
        <translation>改用 %1</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>Edited, not saved</source>
        <translation>已修改，尚未保存</translation>
    </message>
    <message>
        <source>Drag the row to change the order.</source>
        <translation>拖动此行可更改顺序。</translation>
    </message>
    <message>
        <source>%1 has no enabled endpoint: the next route that a request meets counts.</source>
        <comment>cluster</comment>
        <translation>%1 没有已启用的端点：请求会走它符合的下一条路由。</translation>
    </message>
    <message>
        <source>Route %1</source>
        <comment>its number</comment>
        <translation>路由 %1</translation>
    </message>
    <message>
        <source>No.</source>
        <comment>of a route</comment>
        <translation>序号</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>路径</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Asks for</source>
        <translation>改用模型</translation>
    </message>
</context>
<context>
    <name>qcc::RoutesPane</name>
    <message>
        <source>Routes</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>The order counts: a request takes the first route it meets, else the cluster in use.</source>
        <translation>顺序很重要：请求走它符合的第一条路由，都不符合时走当前集群。</translation>
    </message>
    <message>
        <source>&amp;Add a route…</source>
        <translation>添加路由(&amp;A)…</translation>
    </message>
    <message>
        <source>No routes yet</source>
        <translation>还没有路由</translation>
    </message>
    <message>
        <source>Routes send some requests elsewhere: those of one client, of its sub-agents, for one model or one path.</source>
        <translation>路由把一部分请求送往别的集群：某个客户端的、其子代理的、某个模型或某个路径的。</translation>
    </message>
    <message>
        <source>Route %1</source>
        <comment>its number</comment>
        <translation>路由 %1</translation>
    </message>
    <message>
        <source>New route</source>
        <translation>新路由</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>Edited, not saved</source>
        <translation>已修改，尚未保存</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>未保存：%1</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>At least one of client, class, model and path is needed.</source>
        <translation>客户端、类别、模型和路径至少要填一个。</translation>
    </message>
    <message>
        <source>It becomes the last one.</source>
        <translation>它将排在最后。</translation>
    </message>
</context>
<context>
    <name>qcc::SettingsForm</name>
    <message>
        <source>No setting has these words. Those that are not on this page are in config.json.</source>
        <translation>没有设置包含这些词。不在本页的设置在 config.json 中。</translation>
    </message>
</context>
<context>
    <name>qcc::SettingsIndex</name>
    <message>
        <source>Sections</source>
        <translation>分区</translation>
    </message>
</context>
<context>
    <name>qcc::SettingsPage</name>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Open config.&amp;json</source>
        <translation>打开 config.&amp;json</translation>
    </message>
    <message>
        <source>For what is not on this page, such as retry_statuses and affinity</source>
        <translation>用于不在本页的设置，例如 retry_statuses 和 affinity</translation>
    </message>
    <message>
        <source>What is kept in config.json can be changed here again once the file is corrected.</source>
        <translation>改正文件后，可在此继续更改 config.json 中的各项。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Saved as you change them</source>
        <translation>更改后立即保存</translation>
    </message>
</context>
<context>
    <name>qcc::Sidebar</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;About qcc</source>
        <translation>关于 qcc(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Quit qcc</source>
        <translation>退出 qcc(&amp;Q)</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>%1, something is wrong there</source>
        <comment>a page</comment>
        <translation>%1，那里有问题</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>&amp;Diagnostics…</source>
        <translation>诊断(&amp;D)…</translation>
    </message>
</context>
<context>
    <name>qcc::StateSentence</name>
    <message>
        <source>1 h</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 小时</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 天</translation>
    </message>
    <message>
        <source>The last hour</source>
        <translation>最近一小时</translation>
    </message>
    <message>
        <source>The last 24 hours</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>The last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
</context>
<context>
    <name>qcc::TimelineChart</name>
    <message>
        <source>No requests.</source>
        <translation>没有请求。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>number, outcome</comment>
        <translation>%2 %1</translation>
    </message>
    <message>
        <source>%1. Most at %2: %3.</source>
        <comment>counts, times, number</comment>
        <translation>%1。最多在 %2：%3。</translation>
    </message>
    <message>
        <source>no requests</source>
        <translation>没有请求</translation>
    </message>
    <message>
        <source>now</source>
        <comment>end of the time axis</comment>
        <translation>现在</translation>
    </message>
</context>
<context>
    <name>qcc::TimelinePanel</name>
    <message>
        <source>No requests in the last hour</source>
        <translation>最近一小时没有请求</translation>
    </message>
    <message>
        <source>No requests in the last 24 hours</source>
        <translation>最近 24 小时没有请求</translation>
    </message>
    <message>
        <source>No requests in the last 7 days</source>
        <translation>最近 7 天没有请求</translation>
    </message>
    <message>
        <source>Each request appears here with how it ended.</source>
        <translation>每个请求和它的结果会显示在这里。</translation>
    </message>
    <message>
        <source>Requests that were at fault themselves, and clients that left before the end</source>
        <translation>本身有误的请求，以及在结束之前离开的客户端</translation>
    </message>
    <message>
        <source>&amp;Connect a client…</source>
        <translation>连接客户端(&amp;C)…</translation>
    </message>
</context>
<context>
    <name>qcc::TokenEdit</name>
    <message>
        <source>Hide</source>
        <comment>the access token</comment>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>访问令牌</translation>
    </message>
    <message>
        <source>Show the access token</source>
        <translation>显示访问令牌</translation>
    </message>
    <message>
        <source>Show</source>
        <comment>the access token</comment>
        <translation>显示</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Generate an access token</source>
        <translation>生成访问令牌</translation>
    </message>
    <message>
        <source>None</source>
        <translation>不使用</translation>
    </message>
</context>
<context>
    <name>qcc::TrayApp</name>
    <message>
        <source>A proxy is running already; --cluster and --port change nothing about it.</source>
        <translation>代理已在运行；--cluster 和 --port 对它不起作用。</translation>
    </message>
    <message>
        <source>A part of the proxy hangs and could not be ended. Quit qcc and start it again.</source>
        <translation>代理的一部分没有响应，且无法结束。请退出 qcc 后重新启动。</translation>
    </message>
    <message>
        <source>qcc runs already, so that --port changes nothing.</source>
        <translation>qcc 已在运行，因此 --port 不起作用。</translation>
    </message>
    <message>
        <source>config.json is good again, and in force.</source>
        <translation>config.json 已恢复正常并已生效。</translation>
    </message>
</context>
<context>
    <name>qcc::TrayCore</name>
    <message>
        <source>qcc-tray runs already, but does not answer.</source>
        <translation>qcc-tray 已在运行，但没有响应。</translation>
    </message>
</context>
<context>
    <name>qcc::TrayMenu</name>
    <message>
        <source>No clusters yet</source>
        <translation>还没有集群</translation>
    </message>
    <message>
        <source>&amp;About qcc</source>
        <translation>关于 qcc(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>地址(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Last error</source>
        <translation>最近的错误(&amp;L)</translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation>登录时启动(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>启动(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Open qcc</source>
        <translation>打开 qcc(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Reset breakers</source>
        <translation>重置熔断器(&amp;R)</translation>
    </message>
    <message>
        <source>S&amp;ettings</source>
        <translation>设置(&amp;E)</translation>
    </message>
    <message>
        <source>Cl&amp;uster</source>
        <translation>集群(&amp;U)</translation>
    </message>
    <message>
        <source>En&amp;dpoints</source>
        <translation>端点(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Keep running</source>
        <translation>继续运行(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Quit now</source>
        <translation>立即退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Lines for a &amp;client…</source>
        <translation>供客户端使用的命令行(&amp;C)…</translation>
    </message>
</context>
<context>
    <name>qcc::VendorBox</name>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
</context>
<context>
    <name>qcc::WelcomePage</name>
    <message>
        <source>From fastcc</source>
        <translation>来自 fastcc</translation>
    </message>
    <message>
        <source>From cc-switch</source>
        <translation>来自 cc-switch</translation>
    </message>
    <message>
        <source>From Claude Code&apos;s settings</source>
        <translation>来自 Claude Code 的设置</translation>
    </message>
    <message>
        <source>From the environment</source>
        <translation>来自环境变量</translation>
    </message>
    <message>
        <source>%1 endpoints</source>
        <comment>two or more</comment>
        <translation>%1 个端点</translation>
    </message>
    <message>
        <source>Add an endpoint</source>
        <translation>添加端点</translation>
    </message>
    <message>
        <source>Connect a client</source>
        <translation>连接客户端</translation>
    </message>
    <message>
        <source>Done</source>
        <comment>the last of some steps</comment>
        <translation>完成</translation>
    </message>
    <message>
        <source>Which endpoints do you have?</source>
        <translation>您有哪些端点？</translation>
    </message>
    <message>
        <source>qcc gives your coding clients one steady address, and passes each request on to an endpoint that works.</source>
        <translation>qcc 为您的编程客户端提供一个稳定的地址，并把每个请求转交给可用的端点。</translation>
    </message>
    <message>
        <source>Paste a URL, a key, an export line or JSON, or drop a file</source>
        <translation>粘贴 URL、密钥、export 语句或 JSON，或拖入文件</translation>
    </message>
    <message>
        <source>What you have of an endpoint</source>
        <translation>您所知道的端点信息</translation>
    </message>
    <message>
        <source>&amp;Add an endpoint…</source>
        <translation>添加端点(&amp;A)…</translation>
    </message>
    <message>
        <source>Try the &amp;demo</source>
        <translation>试用演示(&amp;D)</translation>
    </message>
    <message>
        <source>needs no key</source>
        <translation>不需要密钥</translation>
    </message>
    <message>
        <source>Found on this computer</source>
        <translation>在本机上找到</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>Choose among all that was found, and see where it was looked for</source>
        <translation>从找到的全部内容中选择，并查看在哪里找过</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>Nothing is changed where they come from.</source>
        <translation>不会更改它们的来源。</translation>
    </message>
    <message>
        <source>Nothing where other programs keep their endpoints.</source>
        <translation>在其他程序存放端点的地方没有找到。</translation>
    </message>
    <message>
        <source>Nothing that can be taken over as it is.</source>
        <translation>没有可以直接导入的。</translation>
    </message>
</context>
<context>
    <name>qcc::WindowController</name>
    <message numerus="yes">
        <source>Imported %n endpoint(s)</source>
        <translation>
            <numerusform>已导入 %n 个端点</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Open file</source>
        <translation>打开文件(&amp;O)</translation>
    </message>
    <message numerus="yes">
        <source>Exported %n request(s) to %1</source>
        <translation>
            <numerusform>已导出 %n 个请求到 %1</numerusform>
        </translation>
    </message>
    <message>
        <source>The requests could not be exported: %1</source>
        <comment>reason</comment>
        <translation>无法导出请求：%1</translation>
    </message>
    <message>
        <source>The import is undone</source>
        <translation>导入已撤销</translation>
    </message>
    <message>
        <source>Nothing in it tells of an endpoint. A base URL, a key, lines that set variables, and settings as JSON do.</source>
        <translation>其中没有端点信息。可以使用基础地址、密钥、设置变量的命令行，或 JSON 格式的设置。</translation>
    </message>
    <message>
        <source>%1 into &quot;%2&quot;</source>
        <comment>what was imported, a cluster</comment>
        <translation>%1到“%2”</translation>
    </message>
</context>
<context>
    <name>qcc_tray</name>
    <message>
        <source>qcc-tray needs a desktop. Without one, use: qcc proxy start</source>
        <translation>qcc-tray 需要桌面环境。没有桌面时请使用：qcc proxy start</translation>
    </message>
</context>
</TS>
