#include "core/config/keycommand.h"

#include "core/base/visibletext.h"

#include <QJsonArray>
#include <QProcess>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

QString noKeyCommand()
{
    return u"must be a program with its arguments: a list of texts, or one text"_s;
}

QStringList keyCommandOf(const QJsonValue &written)
{
    QStringList command;
    if (written.isString()) {
        command = QProcess::splitCommand(written.toString());
    } else {
        const QJsonArray words = written.toArray();
        for (const QJsonValue &word : words)
            command.append(word.toString());
    }
    return command.isEmpty() || command.first().isEmpty() ? QStringList() : command;
}

QString keyCommandFault(const QJsonValue &written)
{
    if (!written.isString() && !written.isArray())
        return noKeyCommand();
    const QJsonArray words = written.toArray();
    if (written.isArray() && words.isEmpty())
        return {};
    if (std::ranges::any_of(words, [](const QJsonValue &word) { return !word.isString(); }))
        return noKeyCommand();
    const QStringList command = keyCommandOf(written);
    if (command.isEmpty() || command.first().trimmed().isEmpty())
        return u"must name a program"_s;
    if (std::ranges::any_of(command, [](const QString &word) { return word.contains(QChar::Null); }))
        return u"must not hold a character of the number 0"_s;
    return {};
}

QByteArray keyIdentityOf(const QStringList &command)
{
    return command.join(QChar::Null).toUtf8();
}

QString commandLine(const QStringList &command)
{
    QStringList words;
    for (const QString &word : command) {
        const bool isPlain = !word.isEmpty() && std::ranges::none_of(word, [](QChar c) { return c.isSpace() || c == u'"'; });
        words.append(isPlain ? word : u'"' + QString(word).replace(u'"', u"\"\"\""_s) + u'"');
    }
    return words.join(u' ');
}

QString shownCommand(const QStringList &command)
{
    return visibleLine(command.first()) + (command.size() > 1 ? u" …"_s : QString());
}

} // namespace qcc
