#include "ui/window/sidebar.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/window/clusterpicker.h"
#include "ui/window/footcard.h"

#include <QAbstractButton>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>

#include <algorithm>

namespace qcc {

namespace {

constexpr int iconLeft = 8; ///< In its row, which begins 8 within the sidebar.
constexpr int iconSide = 16;
constexpr int textLeft = 34;
constexpr int markSize = 10;
constexpr int barWidth = 3;
constexpr int barLength = 16;
constexpr int rowHeight = 34; ///< With what parts it from the next.
constexpr int rowGap = 2;
constexpr int IconRole = Qt::UserRole;
constexpr int MarkRole = Qt::UserRole + 1;

/// A page: its icon, its name, and the mark of what is wrong there.
class PageDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QFontMetrics words(metrics::strong(option.font, index.data().toString()));
        return {textLeft + words.horizontalAdvance(index.data().toString()) + metrics::edge + markSize + metrics::unit, std::max(rowHeight, words.height() + 16 + rowGap)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours colours = coloursOf(option.palette);
        const bool current = option.state & QStyle::State_Selected;
        const QRect row = option.rect.adjusted(0, 0, 0, -rowGap);
        if (current || (option.state & QStyle::State_MouseOver))
            drawBox(*painter, row, tokens::radius::row, current ? colours.selected : colours.hover, {});
        const QRect place(row.left() + iconLeft, row.top() + (row.height() - iconSide) / 2, iconSide, iconSide);
        tintedIcon(index.data(IconRole).toString(), current ? colours.accentText : colours.text2).paint(painter, place);
        const QString name = index.data().toString();
        painter->save();
        // Windows marks the chosen one by a bar at its edge.
        const bool hasBar = option.widget->style()->objectName().startsWith(QLatin1StringView("windows"));
        if (current && hasBar)
            drawBox(*painter, QRectF(row.left(), row.top() + (row.height() - barLength) / 2.0, barWidth, barLength), barWidth / 2.0, colours.accent, {});
        painter->setFont(current && !hasBar ? metrics::strong(option.font, name) : option.font);
        painter->setPen(colours.text);
        painter->drawText(row.adjusted(textLeft, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, name);
        painter->restore();
        if (const QVariant mark = index.data(MarkRole); mark.isValid())
            drawMark(*painter, mark.value<Meaning>(), QRectF(row.right() - metrics::unit - markSize, row.top() + (row.height() - markSize) / 2.0, markSize, markSize), option.palette);
        if ((option.state & QStyle::State_HasFocus) && option.widget->window()->testAttribute(Qt::WA_KeyboardFocusChange))
            drawFocus(*painter, row, tokens::radius::row, colours.accent);
    }
};

/// What opens the palette, and tells its shortcut.
class SearchRow : public QAbstractButton
{
public:
    SearchRow(const QString &text, const QString &keys)
        : m_keys(keys)
    {
        setText(text);
        setAccessibleName(text);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
    }

    QSize sizeHint() const override
    {
        const QFontMetrics keys(metrics::caption(font()));
        return {textLeft + fontMetrics().horizontalAdvance(text()) + metrics::edge + keys.horizontalAdvance(m_keys) + metrics::unit, std::max(tokens::size::row, fontMetrics().height() + 14)};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colours colours = coloursOf(palette());
        if (isDown() || underMouse())
            drawBox(painter, rect(), tokens::radius::row, isDown() ? colours.selected : colours.hover, {});
        tintedIcon(QStringLiteral(":/icons/search.svg"), colours.text2).paint(&painter, QRect(iconLeft, (height() - iconSide) / 2, iconSide, iconSide));
        painter.setPen(colours.text2);
        painter.drawText(rect().adjusted(textLeft, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
        painter.setFont(metrics::caption(font()));
        painter.setPen(colours.text3);
        painter.drawText(rect().adjusted(0, 0, -metrics::unit, 0), Qt::AlignRight | Qt::AlignVCenter, m_keys);
        if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
            drawFocus(painter, rect(), tokens::radius::row, colours.accent);
    }

private:
    const QString m_keys;
};

} // namespace

Sidebar::Sidebar(QWidget *parent)
    : QWidget(parent)
    , m_picker(new ClusterPicker)
    , m_menu(new QToolButton)
    , m_pages(new QListWidget)
    , m_foot(new FootCard)
{
    buildMenu();
    m_pages->setAccessibleName(tr("Pages"));
    m_pages->setFrameShape(QFrame::NoFrame);
    m_pages->setItemDelegate(new PageDelegate(m_pages));
    m_pages->setMouseTracking(true);
    m_pages->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_pages->viewport()->setAutoFillBackground(false);
    connect(m_pages, &QListWidget::currentRowChanged, this, &Sidebar::currentPageChanged);

    auto *top = new QHBoxLayout;
    top->setSpacing(metrics::half);
    top->addWidget(m_picker, 1);
    top->addWidget(m_menu);
    auto *column = new QVBoxLayout(this);
    // One more at the right, for the line to the page.
    column->setContentsMargins(metrics::unit, metrics::unit + metrics::half, metrics::unit + 1, metrics::unit);
    column->setSpacing(0);
    column->addLayout(top);
    column->addSpacing(metrics::unit);
    auto *search = new SearchRow(tr("Search"), QKeySequence(Qt::CTRL | Qt::Key_K).toString(QKeySequence::NativeText));
    connect(search, &QAbstractButton::clicked, this, &Sidebar::searchRequested);
    column->addWidget(search);
    column->addSpacing(metrics::unit);
    column->addWidget(m_pages, 1);
    column->addSpacing(metrics::unit);
    column->addWidget(m_foot);
    setView({});
    m_pages->setFocus(Qt::OtherFocusReason);
}

void Sidebar::buildMenu()
{
    auto *menu = new QMenu(this);
    connect(menu->addAction(tr("&Import…")), &QAction::triggered, this, &Sidebar::importRequested);
    connect(menu->addAction(tr("&Diagnostics…")), &QAction::triggered, this, &Sidebar::diagnosticsRequested);
    menu->addSeparator();
    connect(menu->addAction(tr("&About qcc")), &QAction::triggered, this, &Sidebar::aboutRequested);
    QAction *quit = menu->addAction(tr("&Quit qcc"));
    quit->setShortcut(QKeySequence::Quit);
    connect(quit, &QAction::triggered, this, &Sidebar::quitRequested);
    m_menu->setAutoRaise(true);
    m_menu->setPopupMode(QToolButton::InstantPopup);
    m_menu->setMenu(menu);
    m_menu->setFocusPolicy(Qt::StrongFocus);
    setPlainToolTip(m_menu, tr("More"));
    m_menu->setAccessibleName(tr("More"));
    drawMenuIcon();
}

void Sidebar::addPage(const QString &name, const QString &icon, const QKeySequence &keys)
{
    auto *item = new QListWidgetItem(name, m_pages);
    item->setData(IconRole, icon);
    setPlainToolTip(item, keys.toString(QKeySequence::NativeText));
}

int Sidebar::currentPage() const
{
    return m_pages->currentRow();
}

void Sidebar::setCurrentPage(int page)
{
    m_pages->setCurrentRow(page);
}

void Sidebar::setMark(int page, std::optional<Meaning> mark)
{
    QListWidgetItem *item = m_pages->item(page);
    const QVariant value = mark ? QVariant::fromValue(*mark) : QVariant();
    if (item->data(MarkRole) == value)
        return;
    item->setData(MarkRole, value);
    item->setData(Qt::AccessibleTextRole, mark ? tr("%1, something is wrong there", "a page").arg(item->text()) : item->text());
}

void Sidebar::setView(const ProxyView &view)
{
    m_picker->setView(view);
    m_foot->setView(view);
}

void Sidebar::fitWidth()
{
    setFixedWidth(std::max({tokens::size::sidebar + 1, m_pages->sizeHintForColumn(0) + 2 * metrics::unit + 1, m_foot->minimumSizeHint().width() + 2 * metrics::unit + 1}));
}

void Sidebar::drawMenuIcon()
{
    m_menu->setIcon(tintedIcon(QStringLiteral(":/icons/more.svg"), coloursOf(palette()).text2));
}

void Sidebar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    painter.fillRect(rect(), colours.sidebar);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), colours.hairline);
}

void Sidebar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        drawMenuIcon();
    if (event->type() == QEvent::FontChange)
        fitWidth();
}

} // namespace qcc
