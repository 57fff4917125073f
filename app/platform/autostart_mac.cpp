// A launch agent of the user. Source: launchd.plist(5).
#include "app/platform/autostart.h"

#include "core/base/replacefile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

#include <optional>

namespace qcc::platform {

using namespace Qt::StringLiterals;

namespace {

QString folder()
{
    return QDir::homePath() + "/Library/LaunchAgents"_L1;
}

QString agentPath()
{
    return folder() + "/qcc-tray.plist"_L1;
}

/// What the agent says, as far as it matters here.
struct Agent {
    QStringList command; ///< The program first.
    bool runsAtLoad = false;
    bool isDisabled = false;

    bool isOn() const { return !command.isEmpty() && runsAtLoad && !isDisabled; }
};

/// The agent, where there is one that can be read.
std::optional<Agent> readAgent()
{
    QFile file(agentPath());
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    Agent agent;
    QString key;
    QXmlStreamReader xml(&file);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == "key"_L1)
            key = xml.readElementText();
        else if (xml.name() == "string"_L1 && key == "ProgramArguments"_L1)
            agent.command << xml.readElementText();
        else if (xml.name() == "true"_L1 && key == "RunAtLoad"_L1)
            agent.runsAtLoad = true;
        else if (xml.name() == "true"_L1 && key == "Disabled"_L1)
            agent.isDisabled = true;
    }
    return xml.hasError() ? std::nullopt : std::optional<Agent>(agent);
}

QByteArray agentText(const QStringList &command)
{
    QByteArray text;
    QXmlStreamWriter xml(&text);
    xml.setAutoFormatting(true);
    xml.writeStartDocument();
    xml.writeStartElement(u"plist"_s);
    xml.writeAttribute(u"version"_s, u"1.0"_s);
    xml.writeStartElement(u"dict"_s);
    xml.writeTextElement(u"key"_s, u"Label"_s);
    xml.writeTextElement(u"string"_s, u"qcc-tray"_s);
    xml.writeTextElement(u"key"_s, u"ProgramArguments"_s);
    xml.writeStartElement(u"array"_s);
    for (const QString &word : command)
        xml.writeTextElement(u"string"_s, word);
    xml.writeEndElement();
    xml.writeTextElement(u"key"_s, u"RunAtLoad"_s);
    xml.writeEmptyElement(u"true"_s);
    // Not in a session without a screen, such as one over ssh.
    xml.writeTextElement(u"key"_s, u"LimitLoadToSessionType"_s);
    xml.writeTextElement(u"string"_s, u"Aqua"_s);
    xml.writeTextElement(u"key"_s, u"ProcessType"_s);
    xml.writeTextElement(u"string"_s, u"Interactive"_s);
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeEndDocument();
    return text;
}

Failure failure(const QString &what, const QString &why)
{
    return {ErrorCode::WriteFailed, u"%1 %2: %3."_s.arg(agentPath(), what, why),
            u"Check who owns the folder, or add qcc-tray to the login items in the system's settings."_s};
}

Result<void> writeAgent(const QStringList &command)
{
    if (!QDir().mkpath(folder()))
        return failure(u"cannot be written"_s, u"its folder cannot be created"_s);
    const QByteArray text = agentText(command);
    // launchd refuses an agent that others may write to.
    constexpr auto ownerWrites = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup | QFileDevice::ReadOther;
    const QString problem = replaceFile(agentPath(), text, ownerWrites);
    return problem.isEmpty() ? Result<void>() : failure(u"cannot be written"_s, problem);
}

} // namespace

bool isAutostartEnabled()
{
    const std::optional<Agent> agent = readAgent();
    return agent && agent->isOn();
}

Result<void> enableAutostart(const AutostartCommand &command)
{
    return writeAgent(QStringList(command.program) + command.arguments);
}

Result<void> disableAutostart()
{
    QFile file(agentPath());
    if (!file.exists() || file.remove())
        return {};
    return failure(u"cannot be removed"_s, file.errorString());
}

Result<void> repairAutostart(const AutostartCommand &command)
{
    const std::optional<Agent> agent = readAgent();
    if (!agent || !agent->isOn() || QFileInfo(agent->command.constFirst()).isExecutable())
        return {};
    // The arguments are the user's.
    return writeAgent(QStringList(command.program) + agent->command.mid(1));
}

} // namespace qcc::platform
