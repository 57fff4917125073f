#include "ui/requests/timescale.h"

#include <cmath>

namespace qcc {

QList<double> ticks(double end, int most)
{
    QList<double> list{0};
    if (end <= 0 || most < 1)
        return list;
    const double power = std::pow(10, std::floor(std::log10(end / most)));
    double step = power;
    for (const int factor : {1, 2, 5, 10}) {
        step = factor * power;
        if (end / step <= most)
            break;
    }
    for (int i = 1; i * step <= end; ++i)
        list.append(i * step);
    return list;
}

} // namespace qcc
