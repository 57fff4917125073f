#pragma once

#include "ui/widgets/theme.h"

#include <QList>
#include <QString>

#include <functional>
#include <optional>

namespace qcc {

/// Something that can be found and done.
struct PaletteEntry {
    enum class Group { Endpoints, Clusters, Pages, Actions, Settings };

    Group group = Group::Actions;
    QString text;
    QString detail;               ///< What Enter does, or the shortcut.
    std::optional<Meaning> mark;  ///< Before the text; else the icon.
    QString icon;                 ///< A drawing of 16 units; empty: none.
    QString words;                ///< Finds it as well, unseen.
    std::function<void()> act;
};

/// Where `query`'s words begin words of `text`, or are in it: pairs of place and length.
QList<std::pair<qsizetype, qsizetype>> placesOf(const QString &query, const QString &text);

/// What holds all words of `query`, group by group; in a group first where they begin words, and at most `mostOfAGroup`. No query finds all but settings.
QList<PaletteEntry> matching(const QList<PaletteEntry> &entries, const QString &query, qsizetype mostOfAGroup = 10);

} // namespace qcc
