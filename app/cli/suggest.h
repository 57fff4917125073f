#pragma once

#include <QString>
#include <QStringList>

namespace qcc::cli {

/// The candidate that `typed` was most likely meant to be, or an empty text when none is near.
QString nearest(QStringView typed, const QStringList &candidates);

/// "Did you mean “start”?", or an empty text.
QString didYouMean(QStringView typed, const QStringList &candidates);

} // namespace qcc::cli
