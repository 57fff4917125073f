#pragma once

#include <QDoubleSpinBox>

namespace qcc {

/// What a number may be, and what it counts.
struct NumberRange {
    double low = 0;
    double high = 0;
    QString unit = {};       ///< Behind the number; empty: none.
    bool whole = true;       ///< Else to the thousandth.
    QString lowestWord = {}; ///< In place of the lowest number, where it means something else ("no limit").
};

/// A number without the zeros at its end. All are equally wide, so that they stand in a column.
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT

public:
    explicit NumberBox(const NumberRange &range, QWidget *parent = nullptr);

    QString textFromValue(double value) const override;
    /// `value` in words as it is shown, with its unit.
    QString wordsFor(double value) const;
};

} // namespace qcc
