#pragma once

#include "core/base/result.h"
#include "core/clients/clientconnection.h"
#include "ui/widgets/shapes.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QStringList>

#include <optional>

namespace qcc {

/// A client, as its row shows it.
struct ClientView {
    ClientState state;
    std::optional<QDateTime> first = {}; ///< When its first request came since qcc connected it; nothing: none has, or it is not known when.
    std::optional<QDateTime> last = {};  ///< When its last request came, however it was led here.

    /// Whether one has come since qcc connected it.
    bool hasCome() const { return first || (state.since && last && *last >= *state.since); }
    bool operator==(const ClientView &) const = default;
};

/// What connecting or disconnecting would do, as it may be seen: keys are masked.
struct ShownChange {
    struct File {
        QString path;
        bool isNew = false;
        bool goes = false;
        QStringList lines; ///< As changedLines() has them.
    };

    ClientProgram client = ClientProgram::ClaudeCode;
    bool connects = true;
    ClientExtras extras = {};        ///< That it was made for.
    QList<File> files = {};          ///< Those that change.
    QList<LeftAlone> leftAlone = {};
    QStringList missing = {};        ///< Files that are not there; what was in them before is kept.
    std::optional<Failure> failure = {}; ///< Why it cannot be done; then there is nothing else.
};

/// How clients stand, in the user's language.
class ClientWords
{
    Q_DECLARE_TR_FUNCTIONS(ClientWords)

public:
    /// The one that helps.
    enum class Step { None, Connect, Disconnect, Show, OpenFile };

    struct Row {
        std::optional<Meaning> mark; ///< None: there is nothing of it here.
        bool waits = false;          ///< In place of the mark: its first request has not come yet.
        QString state;
        QString reason;
        Step step = Step::None;
    };

    static Row rowOf(const ClientView &client, const QDateTime &now);
    static QString nameOf(ClientProgram client);
    static QString of(Step step);
    /// The settings file to look into: that which says whom it asks, or cannot be read. Empty: there is none.
    static QString fileOf(const ClientState &state);
    /// What is in the way of its settings, a sentence each.
    static QStringList warningsOf(const ClientState &state);
    /// Whether its requests come here, as far as its settings say.
    static bool goesThrough(const ClientState &state);
    /// Under the page's name.
    static QString summary(const QList<ClientView> &clients);
    /// Of those that qcc has connected, what is worst; none: nothing is wrong.
    static std::optional<Meaning> worstOf(const QList<ClientView> &clients);
    /// What was done, for the bar that can take it back.
    static QString done(const ShownChange &change);
    /// A path as people write it: with "~" for their folder.
    static QString pathOf(const QString &path);
    static QString keyOf(const LeftAlone &left);
};

} // namespace qcc
