#pragma once

#include "ui/model/proxyview.h"

#include <QCoreApplication>

namespace qcc {

/// The words for a ProxyView, in the user's language.
class StateText
{
    Q_DECLARE_TR_FUNCTIONS(StateText)

public:
    /// "Running".
    static QString word(ProxyState state);
    /// "Running · 99.4 % · 12 in flight".
    static QString line(const ProxyView &view);
    /// "99.4 % of the last hour".
    static QString success(const ProxyView &view);
    /// Several lines: state, cluster, success rate, in flight, last error.
    static QString toolTip(const ProxyView &view);
};

} // namespace qcc
