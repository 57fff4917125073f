#pragma once

#include "core/doctor/finding.h"

#include <QWidget>

namespace qcc {

/// Findings that belong together, in a card below their heading: each with its mark, what was looked at, what was found, and below it the next step.
/// Commands can be selected; one that stands alone has a button that copies it.
class FindingCard : public QWidget
{
    Q_OBJECT

public:
    /// `findings`: of one heading, at least one. `labelWidth`: the same for all cards, so that their texts stand below each other.
    FindingCard(const QList<Finding> &findings, int labelWidth, QWidget *parent = nullptr);

    /// What the longest label of `findings` takes.
    static int labelWidthOf(const QList<Finding> &findings, const QFontMetrics &font);
};

} // namespace qcc
