#pragma once

#include <QCoreApplication>
#include <QHash>
#include <QString>
#include <QStringList>

namespace qcc {

/// The log in the language of the screens, with the names of endpoints in place of their ids. The file keeps its words, because people and scripts look
/// for them; what is not known here is shown as it stands there.
class LogWords
{
    Q_DECLARE_TR_FUNCTIONS(LogWords)

public:
    /// By id.
    using Names = QHash<QString, QString>;

    /// A line of proxy.log as it is shown.
    static QString shown(const QString &line, const Names &names);
    /// What a line of the file may hold instead where it is shown with `text` in it: ids, and words of the file.
    static QStringList inFile(const QString &text, const Names &names);

    /// The lines that are known, as the file has them: "%1" stands for what differs.
    static QStringList patterns();
};

} // namespace qcc
