#pragma once

#include "ui/requests/detailtext.h"
#include "ui/widgets/shapes.h"

#include <QPlainTextEdit>
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

/// A text as it came, in fixed pitch, as high as it is, and broken wherever it has to be: what is selected holds nothing that was not said.
class SaidWords : public QPlainTextEdit
{
public:
    SaidWords();
    void setWords(const QString &words);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void wheelEvent(QWheelEvent *event) override;
};

/// The words of others, in a box of their own.
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
    SaidWords *m_words;
};

} // namespace qcc
