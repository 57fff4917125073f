#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QList>
#include <QMetaType>
#include <QString>

#include <algorithm>
#include <functional>
#include <optional>

namespace qcc {

/// What a screen wants changed in config.json. A value: it is carried out elsewhere, on the file as it then is.
struct ConfigChange {
    /// An edit of core/config/configedit.h, bound to its arguments.
    std::function<Result<void>(QJsonObject &config)> apply;
    /// What was done, in the user's language ("Deleted cluster work"), for the bar that offers to undo it. Empty: nobody is told.
    QString done = {};
    /// Takes it back; `before` is the file's JSON as it was. Null: it cannot be taken back.
    std::function<Result<void>(QJsonObject &config, const QJsonObject &before)> undo = {};
    /// What taking it back did ("Cluster work is back").
    QString undone = {};
    int undoes = 0; ///< Which one of UndoStack this takes back; 0: none.
};

/// Changes that can be taken back, whatever came after them. It knows what was deleted, keys included, until the program ends.
class UndoStack
{
public:
    /// The oldest are forgotten.
    static constexpr qsizetype most = 100;

    void push(const ConfigChange &change, const QJsonObject &before)
    {
        m_entries.append({change, before, ++m_last, false});
        if (m_entries.size() > most)
            m_entries.removeFirst();
    }

    /// The change that takes back the last one that nobody takes back already; none where there is nothing left.
    std::optional<ConfigChange> takeBack()
    {
        const auto entry = std::ranges::find(m_entries.rbegin(), m_entries.rend(), false, &Entry::asked);
        if (entry == m_entries.rend())
            return std::nullopt;
        entry->asked = true;
        const auto apply = [undo = entry->change.undo, before = entry->before](QJsonObject &config) { return undo(config, before); };
        return ConfigChange{apply, entry->change.undone, {}, {}, entry->number};
    }

    void wasTakenBack(int number)
    {
        m_entries.removeIf([number](const Entry &entry) { return entry.number == number; });
    }

    /// What was asked for and refused stays, but stands in nobody's way.
    void wasRefused()
    {
        std::ranges::stable_partition(m_entries, &Entry::asked);
        for (Entry &entry : m_entries)
            entry.asked = false;
    }

private:
    struct Entry {
        ConfigChange change;
        QJsonObject before;
        int number = 0;
        bool asked = false;
    };

    QList<Entry> m_entries; ///< The last one last.
    int m_last = 0;
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::ConfigChange)
