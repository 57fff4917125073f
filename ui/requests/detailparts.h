#pragma once

#include "ui/requests/detailtext.h"
#include "ui/widgets/shapes.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace qcc {

/// Makes the text of `label` selectable, and wraps it.
QLabel *selectable(QLabel *label, Qt::TextInteractionFlags how = Qt::TextSelectableByMouse);

/// Until the next change of the palette.
void colour(QLabel *label, const QColor &ink);

/// A section's title and what belongs to it at the right end.
QHBoxLayout *titleRow(QLabel *title, QLabel *beside);

/// The mark before the title of the details.
class DetailMark : public QWidget
{
public:
    DetailMark();
    void setMark(Mark mark, Meaning meaning);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Mark m_mark = Mark::Ring;
    Meaning m_meaning = Meaning::Neutral;
};

/// The words of others, in a box of their own, as they came.
class SaidBox : public QWidget
{
public:
    SaidBox();
    void setSaid(const Said &said);
    void applyLook();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QLabel *m_title;
    QLabel *m_attempts;
    QLabel *m_words;
};

} // namespace qcc
