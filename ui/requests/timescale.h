#pragma once

#include <QList>

namespace qcc {

/// The ticks of an axis from 0 to `end`: steps of 1, 2 or 5 times a power of ten, at most `most` of them after the 0.
QList<double> ticks(double end, int most);

} // namespace qcc
