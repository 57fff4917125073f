#include "app/cli/suggest.h"

#include <algorithm>
#include <vector>

namespace qcc::cli {

namespace {

/// Edits (insert, delete, replace, swap neighbours) between two words. Source: optimal string alignment distance.
int distance(QStringView a, QStringView b)
{
    const auto columns = static_cast<size_t>(b.size()) + 1;
    std::vector<int> beforeLast(columns), last(columns), current(columns);
    for (size_t j = 0; j < columns; ++j)
        last[j] = static_cast<int>(j);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        current[0] = static_cast<int>(i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const auto at = static_cast<size_t>(j);
            const bool same = a[i - 1].toCaseFolded() == b[j - 1].toCaseFolded();
            current[at] = std::min({last[at] + 1, current[at - 1] + 1, last[at - 1] + (same ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped)
                current[at] = std::min(current[at], beforeLast[at - 2] + 1);
        }
        beforeLast.swap(last);
        last.swap(current);
    }
    return last.back();
}

} // namespace

QString nearest(QStringView typed, const QStringList &candidates)
{
    QString best;
    // A third of the word may be wrong; more is guessing.
    int bestDistance = std::max(1, static_cast<int>(typed.size()) / 3) + 1;
    for (const QString &candidate : candidates) {
        const bool startsSo = typed.size() >= 2 && candidate.startsWith(typed, Qt::CaseInsensitive);
        const int edits = startsSo ? 0 : distance(typed, candidate);
        if (edits < bestDistance) {
            best = candidate;
            bestDistance = edits;
        }
    }
    return best;
}

QString didYouMean(QStringView typed, const QStringList &candidates)
{
    const QString best = nearest(typed, candidates);
    return best.isEmpty() ? QString() : QStringLiteral("Did you mean \"%1\"?").arg(best);
}

} // namespace qcc::cli
