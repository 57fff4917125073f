#pragma once

#include <QString>
#include <QStringList>

namespace qcc {

/// What core says in English, of an endpoint, a key or an edit, in the user's language; what is not known stays as it is, as the words of others do that
/// follow a colon or stand in brackets at the end.
QString inUsersLanguage(const QString &coreText);

/// The sentences of core that are known: "%1" to "%3" stand for what differs.
QStringList knownCoreTexts();

} // namespace qcc
