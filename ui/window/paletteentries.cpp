#include "ui/window/paletteentries.h"

#include <QStringList>

#include <algorithm>

namespace qcc {

namespace {

/// Many are called alike; they come last, and have a page with a search of its own.
constexpr qsizetype mostSettings = 6;

QStringList wordsOf(const QString &query)
{
    return query.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// Where `word` begins a word of `text`; -1: nowhere.
qsizetype beginningOf(const QString &word, const QString &text)
{
    for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0; at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
        if (at == 0 || !text.at(at - 1).isLetterOrNumber())
            return at;
    }
    return -1;
}

/// 0: the words begin words of its text. 1: they are in it. 2: in what stands beside it. Nothing: not all of them are anywhere.
std::optional<int> rankOf(const PaletteEntry &entry, const QStringList &words)
{
    int rank = 0;
    for (const QString &word : words) {
        if (beginningOf(word, entry.text) >= 0)
            continue;
        if (entry.text.contains(word, Qt::CaseInsensitive))
            rank = std::max(rank, 1);
        else if (entry.detail.contains(word, Qt::CaseInsensitive) || entry.words.contains(word, Qt::CaseInsensitive))
            rank = 2;
        else
            return std::nullopt;
    }
    return rank;
}

} // namespace

QList<std::pair<qsizetype, qsizetype>> placesOf(const QString &query, const QString &text)
{
    QList<std::pair<qsizetype, qsizetype>> places;
    for (const QString &word : wordsOf(query)) {
        qsizetype at = beginningOf(word, text);
        if (at < 0)
            at = text.indexOf(word, 0, Qt::CaseInsensitive);
        if (at >= 0)
            places.append({at, word.size()});
    }
    std::ranges::sort(places);
    return places;
}

QList<PaletteEntry> matching(const QList<PaletteEntry> &entries, const QString &query, qsizetype mostOfAGroup)
{
    const QStringList words = wordsOf(query);
    struct Found {
        int rank;
        const PaletteEntry *entry;
    };
    QList<Found> found;
    for (const PaletteEntry &entry : entries) {
        // They are for who knows what to look for; before anything is typed they would bury the rest.
        if (words.isEmpty() && entry.group == PaletteEntry::Group::Settings)
            continue;
        if (const auto rank = rankOf(entry, words))
            found.append({*rank, &entry});
    }
    std::ranges::stable_sort(found, [](const Found &one, const Found &other) {
        return std::pair(one.entry->group, one.rank) < std::pair(other.entry->group, other.rank);
    });
    QList<PaletteEntry> shown;
    qsizetype ofGroup = 0;
    for (const Found &each : found) {
        ofGroup = shown.isEmpty() || shown.constLast().group != each.entry->group ? 1 : ofGroup + 1;
        // Those that are left out are still of the group of the last one that is not.
        if (ofGroup <= (each.entry->group == PaletteEntry::Group::Settings ? std::min(mostSettings, mostOfAGroup) : mostOfAGroup))
            shown.append(*each.entry);
    }
    return shown;
}

} // namespace qcc
