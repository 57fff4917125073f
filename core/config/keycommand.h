#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QString>
#include <QStringList>

namespace qcc {

// `api_key_command` of an endpoint: a program, and its arguments, whose first line of output is the key. No shell is asked what it means.

/// As config.json writes it, a list of texts or one text that is split like a command line: quotes hold together what belongs together, and three of
/// them in a row are one. Empty where it names no program.
QStringList keyCommandOf(const QJsonValue &written);

/// What config.json is told of a value that is neither.
QString noKeyCommand();

/// What is wrong with it, as the rest of a sentence ("must …"); empty when nothing is. An empty list is none.
QString keyCommandFault(const QJsonValue &written);

/// What stands in place of the key where an endpoint's id is made of it: the key itself changes.
QByteArray keyIdentityOf(const QStringList &command);

/// In one text that keyCommandOf() reads as the same; an empty word gets lost.
QString commandLine(const QStringList &command);

/// As it may be shown: the program, and whether it has arguments, which may be secret.
QString shownCommand(const QStringList &command);

} // namespace qcc
