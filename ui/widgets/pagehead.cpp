#include "ui/widgets/pagehead.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>

#include <algorithm>

namespace qcc {

namespace {

constexpr int least = 44; ///< Height: a title and one line.
constexpr int narrowField = 140;
constexpr int wideField = 240;
constexpr int signSide = 16;
constexpr int signLeft = 10;

/// What says that a field searches. An action of the field would be a button without a name to screen readers.
class SearchSign : public QWidget
{
public:
    explicit SearchSign(QLineEdit *field)
        : QWidget(field)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFixedWidth(signLeft + signSide);
        field->installEventFilter(this);
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Resize)
            resize(width(), parentWidget()->height());
        return QWidget::eventFilter(watched, event);
    }
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const QColor colour = coloursOf(palette()).text3;
        if (colour != m_colour) {
            m_colour = colour;
            m_icon = tintedIcon(QStringLiteral(":/icons/search.svg"), colour);
        }
        m_icon.paint(&painter, QRect(signLeft, (height() - signSide) / 2, signSide, signSide));
    }

private:
    QColor m_colour;
    QIcon m_icon; ///< In that colour.
};

} // namespace

PageHead::PageHead(const QString &title, const QString &line, QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(title))
    , m_line(new TextLabel(line))
    , m_tools(new QHBoxLayout)
{
    setMinimumHeight(least);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_line->setWordWrap(true);
    auto *words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(m_title);
    words->addWidget(m_line);
    words->addStretch();
    m_tools->setSpacing(metrics::unit);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::edge);
    row->addLayout(words, 1);
    row->addLayout(m_tools);
    dress();
}

void PageHead::setLine(const QString &line)
{
    m_line->setText(line);
    fitField();
}

void PageHead::addTool(QWidget *tool)
{
    m_tools->addWidget(tool);
}

void PageHead::addSearch(QLineEdit *field)
{
    m_field = field;
    m_field->setClearButtonEnabled(true);
    m_field->setFixedWidth(narrowField);
    m_field->setTextMargins(signSide + metrics::unit, 0, 0, 0);
    new SearchSign(m_field);
    m_tools->addWidget(field);
    fitField();
}

void PageHead::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitField();
}

void PageHead::fitField()
{
    if (!m_field)
        return;
    const int words = std::max(m_title->sizeHint().width(), m_line->fontMetrics().horizontalAdvance(m_line->text()) + 2);
    const int others = m_tools->sizeHint().width() - m_field->width();
    m_field->setFixedWidth(std::clamp(width() - words - metrics::edge - others, narrowField, wideField));
}

void PageHead::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void PageHead::dress()
{
    m_title->setFont(metrics::title(font()));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, coloursOf(palette()).text2);
    m_line->setPalette(quiet);
    fitField();
}

} // namespace qcc
