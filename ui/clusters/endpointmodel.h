#pragma once

#include "ui/clusters/probereport.h"
#include "ui/clusters/rowview.h"
#include "ui/model/proxyview.h"

#include <optional>

namespace qcc {

struct EndpointRow {
    /// How it stands, as far as the row tells.
    struct Health {
        EndpointHealth word = EndpointHealth::Unknown;
        int returnsInS = 0; ///< Whole seconds, so that a row differs once a second.
        QString lastError;
        QString reason;     ///< The same in a few words.

        bool operator==(const Health &) const = default;
    };

    QString name;      ///< Empty: the one that is being added.
    QString typedName; ///< What the new one is called so far.
    QString baseUrl;
    QString maskedKey;
    int priority = 1;
    bool enabled = true;
    bool edited = false;
    std::optional<Health> health; ///< Absent while its cluster is not in use, or nothing runs.
    bool testing = false;
    std::optional<TestRound::Finding> finding;
    double firstByteShare = 0; ///< Of the longest in the list, 0 to 1.
    bool mayTest = false;      ///< Its own button can be pressed.

    bool isNew() const { return name.isEmpty(); }
    /// Of the last test, where that went well.
    std::optional<double> firstByteMs() const { return finding && !testing ? finding->firstByteMs : std::nullopt; }
    QString key() const { return name; }
    bool operator==(const EndpointRow &) const = default;
};

/// The endpoints of one cluster, in the order in which they are given.
class EndpointModel : public RowModel<EndpointRow>
{
    Q_OBJECT

public:
    enum Column { Enabled, Name, Key, Health, FirstByte, Act };
    static constexpr int columns = 6;

    using RowModel::RowModel;

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : columns; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    /// Changes nothing itself; who hears enableRequested() does.
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

Q_SIGNALS:
    void enableRequested(const QString &endpoint, bool enabled);
};

/// How the endpoint of `row` stands, in a word ("Healthy", "Disabled"): as requests found it, else as its test did.
QString stateWord(const EndpointRow &row);
Meaning stateMeaning(const EndpointRow &row);
/// Why, or what its test found, in one line; empty where nothing more is known.
QString stateReason(const EndpointRow &row);
/// All that is known of how it stands, in several lines.
QString stateDetails(const EndpointRow &row);

/// As it stands where a cell or a line begins.
QString capitalised(QString text);

} // namespace qcc
