#pragma once

#include "app/cli/terminal.h"
#include "core/base/result.h"
#include "core/config/config.h"
#include "core/config/paths.h"
#include "core/keys/keyring.h"

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace qcc::cli {

struct Invocation;
class Run;

/// Exit codes. A contract: scripts depend on them.
enum class Exit { Done = 0, Failed = 1, Usage = 2, NotRunning = 3, AlreadyRunning = 4 };

/// What the shell may offer for a word.
enum class Candidates { None, Clusters, Endpoints, Commands };

/// What a value must look like; checked before any handler runs.
enum class ValueKind {
    Text,    ///< Anything but the empty text.
    Integer, ///< A whole number from `min` to `max`.
    Choice,  ///< One of `choices`.
    OnOff,   ///< "on" or "off".
    Mapping, ///< "from=to"; an empty "to" is allowed.
};

/// One word that an option or an argument takes.
struct Value {
    QString placeholder; ///< "NAME"; empty for an option that takes no value.
    ValueKind kind = ValueKind::Text;
    int min = 0;
    int max = std::numeric_limits<int>::max();
    QStringList choices = {};
    Candidates candidates = Candidates::None;
};

/// An option of one command: `--name VALUE`, `--name=VALUE`, or `--name`.
struct Option {
    QString name; ///< Without dashes.
    QString help;
    Value value = {};
    QChar letter = {}; ///< "-f"; null when there is none.
    bool required = false;
    bool repeatable = false;
    bool hidden = false; ///< For qcc's own use: in no help and no completion.

    bool takesValue() const { return !value.placeholder.isEmpty(); }
};

/// A positional word of one command. Optional ones come last.
struct Argument {
    Value value;
    QString help;
    bool required = true;
    bool repeatable = false; ///< Takes all that follow; only the last one.
};

struct Example {
    QString line;
    QString meaning;
};

/// One command: all that parsing, help and completion know about it.
struct Command {
    QString name; ///< "proxy start"; its first word may be the name of a Group.
    QString summary;
    std::vector<Argument> arguments = {};
    std::vector<Option> options = {};
    std::vector<QStringList> exclusive = {}; ///< Options that exclude each other.
    std::vector<QStringList> oneOf = {};     ///< Options of which at least one is given.
    std::vector<Example> examples = {};
    QString details = {}; ///< Paragraphs of the help that need more than the summary.
    /// Must end with exactly one Run::finish() or Run::fail(), now or from the event loop.
    void (*handler)(const Invocation &, Run &) = nullptr;
    bool hidden = false;
    bool usesHome = true;  ///< Nothing of it runs where others have a say about the home.
    bool verbatim = false; ///< Everything after the name is an argument, dashes or not.

    const Option *option(QStringView longName) const;
};

/// A noun that several commands share.
struct Group {
    QString name;
    QString summary;
};

/// All commands in the order in which help lists them.
struct CommandTable {
    std::vector<Group> groups;
    std::vector<Command> commands;

    const Command *command(QStringView name) const;
    const Group *group(QStringView name) const;
    /// The visible commands whose name starts with the word `noun`, without it: "start", "stop".
    QStringList verbs(QStringView noun) const;
    /// The visible first words: groups and single commands.
    QStringList nouns() const;
};

/// A parsed command line.
/// Lifetime: not longer than the table it was parsed with.
struct Invocation {
    const Command *command = nullptr;
    QStringList arguments;
    QHash<QString, QStringList> options; ///< By long name; a flag has one empty value.

    bool has(QLatin1StringView name) const { return options.contains(QString(name)); }
    /// The value given, the last one of a repeated option.
    std::optional<QString> value(QLatin1StringView name) const;
    std::optional<int> number(QLatin1StringView name) const;
    QStringList values(QLatin1StringView name) const { return options.value(QString(name)); }
};

/// The exit code that belongs to a failure.
Exit exitFor(ErrorCode code);

/// One run of the program: what handlers share, and how they end it.
class Run : public QObject
{
    Q_OBJECT

public:
    Run(const CommandTable &table, Paths paths, Terminal terminal);

    const CommandTable &table() const { return m_table; }
    const Paths &paths() const { return m_paths; }
    Terminal &terminal() { return m_terminal; }
    KeyRing &keys() { return m_keys; }

    void printJson(const QJsonObject &object);

    /// Ends the program; only the first call counts.
    void finish(Exit code = Exit::Done);
    /// Prints the failure and ends the program with the exit code that belongs to it.
    void fail(const Failure &failure);
    void fail(const Failure &failure, Exit code);

Q_SIGNALS:
    void finished(int exitCode);

private:
    const CommandTable &m_table;
    Paths m_paths;
    Terminal m_terminal;
    KeyRing m_keys;
    bool m_finished = false;
};

/// config.json of this run. Errors: those of loadConfig().
Result<Config> readConfig(Run &run);

/// As readConfig(), but with the keys left closed: of use for names, and never waits for a keychain.
Result<Config> readConfigWithoutKeys(const Run &run);

/// Changes config.json of this run, and makes its folder first if need be. Errors: WriteFailed, those of editConfig().
Result<Config> changeConfig(Run &run, const std::function<Result<void>(QJsonObject &)> &change);

/// Calls `then` once, unless `change` adds an endpoint that leads back to qcc itself: then the run fails. Where it leads is looked up.
void unlessItLeadsBack(Run &run, const std::function<Result<void>(QJsonObject &)> &change, std::function<void()> then);

/// Errors: NotFound; the hint is the nearest name, else all names.
Result<Cluster> findCluster(const Config &config, const QString &name);

/// The endpoint of `cluster` whose name, or else whose id, is `nameOrId`.
/// Errors: NotFound; the hint is the nearest name, else all names.
Result<Endpoint> findEndpoint(const Cluster &cluster, const QString &nameOrId);

/// An endpoint as a member of a cluster.
struct EndpointPlace {
    QString cluster;
    Endpoint endpoint;
};

/// The endpoints of all clusters whose name, or else whose id, is `nameOrId`; at most one of each cluster.
/// Errors: NotFound; the hint is the nearest name, else all names.
Result<QList<EndpointPlace>> findEndpoints(const Config &config, const QString &nameOrId);

} // namespace qcc::cli
