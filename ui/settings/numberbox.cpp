#include "ui/settings/numberbox.h"

namespace qcc {

namespace {

constexpr int widthInChars = 18;

} // namespace

NumberBox::NumberBox(const NumberRange &range, QWidget *parent)
    : QDoubleSpinBox(parent)
{
    setDecimals(range.whole ? 0 : 3);
    setRange(range.low, range.high);
    if (!range.unit.isEmpty())
        setSuffix(QLatin1Char(' ') + range.unit);
    setSpecialValueText(range.lowestWord);
    setAlignment(Qt::AlignRight);
    setFixedWidth(fontMetrics().averageCharWidth() * widthInChars);
}

QString NumberBox::textFromValue(double value) const
{
    QLocale plain = locale();
    plain.setNumberOptions(QLocale::OmitGroupSeparator);
    return plain.toString(value, 'f', QLocale::FloatingPointShortest);
}

QString NumberBox::wordsFor(double value) const
{
    if (value <= minimum() && !specialValueText().isEmpty())
        return specialValueText();
    return textFromValue(value) + suffix();
}

} // namespace qcc
