#pragma once

#include "ui/model/proxyview.h"

#include <QColor>
#include <QIcon>

namespace qcc {

/// The ring of `state` in one colour, drawn for each size that panels use. The shape says the state, the colour only fits the panel.
QIcon stateIcon(ProxyState state, const QColor &colour);

} // namespace qcc
