#include "ui/clusters/formparts.h"

#include "ui/widgets/motion.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QAbstractButton>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QResizeEvent>
#include <QScrollBar>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

constexpr int noteMark = 10;
constexpr int foldHeight = 30;

} // namespace

FieldNote::FieldNote(QWidget *parent)
    : QWidget(parent)
    , m_mark(new MarkLabel(noteMark))
    , m_text(new TextLabel)
    , m_remedy(new QToolButton)
{
    m_text->setWordWrap(true);
    m_remedy->setAutoRaise(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    // In the middle of the first line.
    auto *marks = new QVBoxLayout;
    marks->addSpacing((QFontMetrics(metrics::caption(font())).height() - noteMark) / 2);
    marks->addWidget(m_mark);
    marks->addStretch(1);
    row->addLayout(marks);
    row->addWidget(m_text, 1);
    row->addWidget(m_remedy, 0, Qt::AlignTop);
    connect(m_remedy, &QToolButton::clicked, this, [this] { Q_EMIT remedyChosen(m_note.remedy); });
    m_mark->hide();
    m_remedy->hide();
    dress();
}

void FieldNote::setNote(const DraftNote *note)
{
    const DraftNote next = note && note->gravity != DraftNote::Gravity::Missing ? *note : DraftNote{};
    if (next == m_note)
        return;
    m_note = next;
    m_mark->setMeaning(next.gravity == DraftNote::Gravity::Warning ? Meaning::Warning : Meaning::Failure);
    m_mark->setVisible(!next.text.isEmpty());
    m_text->setText(next.text);
    m_remedy->setText(next.remedyText);
    m_remedy->setVisible(!next.remedyText.isEmpty());
    dress();
}

QString FieldNote::text() const
{
    return m_note.text;
}

void FieldNote::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void FieldNote::dress()
{
    const Meaning meaning = m_note.gravity == DraftNote::Gravity::Warning ? Meaning::Warning : Meaning::Failure;
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, colourOf(meaning, colours));
    m_text->setPalette(colours);
    m_text->setFont(metrics::caption(font()));
    m_remedy->setFont(metrics::caption(font()));
    colours.setColor(QPalette::ButtonText, coloursOf(palette()).accentText);
    m_remedy->setPalette(colours);
    const int line = QFontMetrics(m_text->font()).height();
    setMinimumHeight(line);
    m_text->setMinimumHeight(line);
    m_remedy->setFixedHeight(line);
}

namespace {

/// "› More   what is in it"
class FoldButton : public QAbstractButton
{
public:
    FoldButton(const QString &title, QString summary)
        : m_summary(std::move(summary))
    {
        setText(title);
        setAccessibleDescription(m_summary);
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setFixedHeight(std::max(foldHeight, fontMetrics().height() + metrics::unit));
    }

    QSize sizeHint() const override { return {wordsWidth() + 2 * textLeft, height()}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colours colours = coloursOf(palette());
        drawChevron(painter, QPointF(6, height() / 2.0), colours.text2, isChecked() ? Towards::Down : Towards::Right);
        painter.setPen(underMouse() ? colours.text : colours.text2);
        QRect words = rect().adjusted(textLeft, 0, 0, 0);
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic, text());
        words.setLeft(words.left() + wordsWidth() + metrics::unit);
        if (!isChecked()) {
            painter.setFont(metrics::caption(font()));
            painter.setPen(colours.text3);
            painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft, painter.fontMetrics().elidedText(m_summary, Qt::ElideRight, words.width()));
        }
        if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
            drawFocus(painter, QRect(0, 0, textLeft + wordsWidth() + metrics::unit, height()), tokens::radius::control, colours.accent);
    }

private:
    static constexpr int textLeft = 20;

    int wordsWidth() const { return fontMetrics().horizontalAdvance(QString(text()).remove(u'&')); }

    const QString m_summary;
};

} // namespace

Fold::Fold(const QString &title, const QString &summary, QWidget *content)
    : m_button(new FoldButton(title, summary))
    , m_content(content)
{
    auto *line = new QHBoxLayout;
    line->setContentsMargins(FormGrid::labelWidth + metrics::edge, 0, 0, 0);
    line->addWidget(m_button);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    column->addLayout(line);
    column->addWidget(content);
    content->hide();
    m_motion.setDuration(tokens::motion::moveMs);
    m_motion.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_motion, &QVariantAnimation::valueChanged, content, [content](const QVariant &height) { content->setFixedHeight(height.toInt()); });
    connect(&m_motion, &QVariantAnimation::finished, this, [this] { setOpen(isOpen()); });
    connect(m_button, &QAbstractButton::clicked, this, [this](bool open) {
        slide(open);
        Q_EMIT toggled(open);
    });
}

bool Fold::isOpen() const
{
    return m_button->isChecked();
}

void Fold::setOpen(bool open)
{
    m_motion.stop();
    m_button->setChecked(open);
    m_content->layout()->setEnabled(true);
    m_content->setMinimumHeight(0);
    m_content->setMaximumHeight(QWIDGETSIZE_MAX);
    m_content->setVisible(open);
}

void Fold::slide(bool open)
{
    if (!mayMove() || !isVisible()) {
        setOpen(open);
        return;
    }
    const int whole = m_content->sizeHint().height();
    m_motion.stop();
    m_motion.setStartValue(m_content->isVisible() ? m_content->height() : 0);
    m_motion.setEndValue(open ? whole : 0);
    m_content->show();
    if (open) {
        m_content->resize(width(), whole);
        m_content->layout()->activate();
    }
    // What is in it is uncovered, not squeezed.
    m_content->layout()->setEnabled(false);
    m_motion.start();
}

FormGrid::FormGrid(QWidget *form)
    : m_grid(new QGridLayout(form))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(metrics::edge);
    m_grid->setVerticalSpacing(metrics::half);
    m_grid->setColumnMinimumWidth(0, labelWidth);
    m_grid->setColumnStretch(1, 1);
}

void FormGrid::addField(const QString &label, QWidget *buddy, QLayout *controls, QWidget *note)
{
    auto *name = new TextLabel(label);
    name->setBuddy(buddy);
    name->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    name->setWordWrap(true);
    name->setFixedWidth(labelWidth);
    auto *column = new QVBoxLayout;
    column->setSpacing(2);
    column->addLayout(controls);
    if (note)
        column->addWidget(note);
    else
        column->addSpacing(metrics::half);
    const int row = m_grid->rowCount();
    m_grid->addWidget(name, row, 0, Qt::AlignTop);
    m_grid->addLayout(column, row, 1);
}

void FormGrid::placeLabel(QLabel &label)
{
    // On the line of the field, and not of all that is below it.
    const int line = std::max(tokens::size::control, label.fontMetrics().height() + 12);
    label.setMinimumHeight(std::min(label.buddy()->sizeHint().height(), line));
}

void FormGrid::addControls(QLayout *controls)
{
    m_grid->addLayout(controls, m_grid->rowCount(), 1);
}

FieldsArea::FieldsArea(QWidget *fields)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // It follows the focus of its fields.
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setWidget(fields);
    // Fields keep their width whether the bar is there or not.
    const int bar = verticalScrollBar()->sizeHint().width();
    setMaximumWidth(FormGrid::mostWidth + bar + metrics::half);
    const auto keepGutter = [fields, bar](int, int most) { fields->layout()->setContentsMargins(0, 0, metrics::half + (most > 0 ? 0 : bar), 0); };
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, keepGutter);
    keepGutter(0, 0);
    // The page shows through it.
    viewport()->setAutoFillBackground(false);
    fields->setAutoFillBackground(false);
}

QSize FieldsArea::sizeHint() const
{
    const QLayout *fields = widget()->layout();
    const int height = fields->hasHeightForWidth() ? fields->totalHeightForWidth(viewport()->width()) : fields->totalSizeHint().height();
    return {fields->totalSizeHint().width(), height};
}

QSize FieldsArea::minimumSizeHint() const
{
    return {widget()->layout()->totalMinimumSize().width(), std::min(sizeHint().height(), fontMetrics().height() * 5)};
}

bool FieldsArea::eventFilter(QObject *watched, QEvent *event)
{
    const bool filtered = QScrollArea::eventFilter(watched, event);
    if (event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return filtered;
}

void FieldsArea::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        updateGeometry();
}

} // namespace qcc
