#pragma once

#include <QString>

namespace qcc {

/// `text` as a tooltip that shows it as it is, whatever it holds, with its lines, and wraps the long ones. Empty stays empty.
QString plainToolTip(const QString &text);

} // namespace qcc
