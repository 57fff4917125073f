<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
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
        <source>%1 · no requests yet</source>
        <translation>%1 · 尚无请求</translation>
    </message>
    <message>
        <source>%1 · %2 %</source>
        <comment>state, success rate</comment>
        <translation>%1 · %2 %</translation>
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
        <source>%1 % since the start</source>
        <translation>启动以来 %1 %</translation>
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
    <name>qcc::StatusWindow</name>
    <message>
        <source>C&amp;opy</source>
        <translation>复制(&amp;O)</translation>
    </message>
    <message>
        <source>Copy &amp;error</source>
        <translation>复制错误(&amp;E)</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Address:</source>
        <translation>地址：</translation>
    </message>
    <message>
        <source>C&amp;luster:</source>
        <translation>集群(&amp;L)：</translation>
    </message>
    <message>
        <source>Success:</source>
        <translation>成功率：</translation>
    </message>
    <message>
        <source>In flight:</source>
        <translation>进行中：</translation>
    </message>
    <message>
        <source>Last error:</source>
        <translation>最近的错误：</translation>
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
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>启动(&amp;S)</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>No clusters yet</source>
        <translation>还没有集群</translation>
    </message>
</context>
<context>
    <name>qcc::TrayApp</name>
    <message>
        <source>A proxy is running already; --cluster and --port change nothing about it.</source>
        <translation>代理已在运行；--cluster 和 --port 对它不起作用。</translation>
    </message>
    <message>
        <source>qcc has a problem</source>
        <translation>qcc 遇到问题</translation>
    </message>
    <message>
        <source>qcc is running</source>
        <translation>qcc 正在运行</translation>
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
        <source>Environment line for &amp;bash and zsh</source>
        <translation>&amp;bash 和 zsh 的环境变量行</translation>
    </message>
    <message>
        <source>Environment line for &amp;fish</source>
        <translation>&amp;fish 的环境变量行</translation>
    </message>
    <message>
        <source>Environment line for &amp;PowerShell</source>
        <translation>&amp;PowerShell 的环境变量行</translation>
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
</context>
<context>
    <name>qcc_tray</name>
    <message>
        <source>qcc-tray needs a desktop. Without one, use: qcc proxy start</source>
        <translation>qcc-tray 需要桌面环境。没有桌面时请使用：qcc proxy start</translation>
    </message>
    <message>
        <source>qcc-tray is running already; its icon is in the tray.</source>
        <translation>qcc-tray 已在运行；它的图标在托盘中。</translation>
    </message>
</context>
</TS>
