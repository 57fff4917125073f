#include "ui/clusters/clusterhead.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace qcc {

namespace {

constexpr int widthForAddress = 480;

QString nameOf(Strategy strategy)
{
    switch (strategy) {
    case Strategy::PriorityFailover: return ClusterHead::tr("In order of priority");
    case Strategy::Weighted: return ClusterHead::tr("By weight");
    case Strategy::RoundRobin: return ClusterHead::tr("In turn");
    case Strategy::Random: return ClusterHead::tr("At random");
    case Strategy::LeastConnections: return ClusterHead::tr("Least busy");
    case Strategy::Fastest: return ClusterHead::tr("Fastest");
    }
    Q_UNREACHABLE();
}

QString sentenceOn(Strategy strategy)
{
    switch (strategy) {
    case Strategy::PriorityFailover:
        return ClusterHead::tr("The first endpoint gets the requests; while it fails, the next one does.");
    case Strategy::Weighted: return ClusterHead::tr("Each endpoint gets its share of the requests, in proportion to its weight.");
    case Strategy::RoundRobin: return ClusterHead::tr("Each request goes to the endpoint whose turn is longest ago.");
    case Strategy::Random: return ClusterHead::tr("Each request goes to an endpoint picked at random, all of them alike.");
    case Strategy::LeastConnections:
        return ClusterHead::tr("Each request goes to the endpoint that has the fewest in flight.");
    case Strategy::Fastest:
        return ClusterHead::tr("Of two endpoints picked at random, each request goes to the one that answers sooner.");
    }
    Q_UNREACHABLE();
}

} // namespace

/// An address, quietly, with the sign of what a click does to it.
class AddressButton : public QAbstractButton
{
public:
    AddressButton()
    {
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Maximum);
    }

    QSize sizeHint() const override
    {
        const QFontMetrics measure(metrics::caption(font()));
        return {measure.horizontalAdvance(shownText()) + between + iconSize + 2 * padding, std::max(tokens::size::controlSmall, measure.height() + metrics::unit)};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colours colours = coloursOf(palette());
        if (underMouse())
            drawBox(painter, rect(), tokens::radius::control, isDown() ? colours.selected : colours.hover, {});
        painter.setFont(metrics::caption(font()));
        painter.setPen(colours.text2);
        painter.drawText(rect().adjusted(padding, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, shownText());
        tintedIcon(QStringLiteral(":/icons/copy.svg"), colours.text2).paint(&painter, QRect(width() - padding - iconSize, (height() - iconSize) / 2, iconSize, iconSize));
        if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
            drawFocus(painter, rect(), tokens::radius::control, colours.accent);
    }

private:
    static constexpr int iconSize = 14;
    static constexpr int padding = 5;
    static constexpr int between = 6;
    static constexpr int mostOfText = 200;

    QString shownText() const { return QFontMetrics(metrics::caption(font())).elidedText(text(), Qt::ElideMiddle, mostOfText); }
};

ClusterHead::ClusterHead(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel)
    , m_sentence(new TextLabel)
    , m_choice(new QComboBox)
    , m_use(new QPushButton(tr("Use t&his cluster")))
    , m_copy(new AddressButton)
    , m_tools(new QHBoxLayout)
{
    for (const Strategy strategy : {Strategy::PriorityFailover, Strategy::Weighted, Strategy::RoundRobin, Strategy::Random,
                                    Strategy::LeastConnections, Strategy::Fastest})
        m_choice->addItem(nameOf(strategy), QVariant::fromValue(int(strategy)));
    m_choice->setMinimumWidth(96); // In a narrow window it is cut before a button is.
    m_choice->setAccessibleName(tr("Strategy"));
    m_choice->setAccessibleDescription(tr("Strategy")); // To screen readers the name of a box is its choice.
    setPlainToolTip(m_choice, tr("How an endpoint is chosen for a request"));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setPlainToolTip(m_use, tr("New requests go there at once; running ones finish where they are."));
    // The title keeps its width whether the button is there or not.
    QSizePolicy keepsItsRoom = m_use->sizePolicy();
    keepsItsRoom.setRetainSizeWhenHidden(true);
    m_use->setSizePolicy(keepsItsRoom);

    m_copy->setAccessibleName(tr("Copy the address of this cluster"));
    m_copy->hide();

    auto *top = new QHBoxLayout;
    top->setSpacing(metrics::edge);
    top->addWidget(m_title, 1);
    top->addWidget(m_use, 0, Qt::AlignTop);
    top->addWidget(m_copy);
    m_tools->setSpacing(metrics::unit);
    m_tools->addWidget(m_choice);
    m_tools->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(m_sentence);
    column->addSpacing(tokens::space::markToText);
    column->addLayout(m_tools);

    connect(m_use, &QPushButton::clicked, this, &ClusterHead::useRequested);
    connect(m_copy, &QAbstractButton::clicked, this, &ClusterHead::copyAddressRequested);
    connect(m_choice, &QComboBox::activated, this, [this](int index) {
        const auto chosen = Strategy(m_choice->itemData(index).toInt());
        if (chosen != m_strategy)
            Q_EMIT strategyChosen(chosen);
    });
    dress();
    setCluster({}, m_strategy, false, false);
}

void ClusterHead::setTools(QWidget *tools)
{
    m_tools->addWidget(tools);
}

void ClusterHead::setCluster(const QString &name, Strategy strategy, bool inUse, bool saved)
{
    m_name = name;
    m_strategy = strategy;
    m_choice->setCurrentIndex(m_choice->findData(int(strategy)));
    m_choice->setEnabled(saved);
    m_sentence->setText(inUse ? tr("In use. %1", "cluster, sentence").arg(sentenceOn(strategy)) : sentenceOn(strategy));
    m_use->setVisible(!inUse && saved);
    showName();
}

void ClusterHead::setAddress(const QString &address)
{
    if (address == m_address)
        return;
    m_address = address;
    setPlainToolTip(m_copy, tr("Copy %1: a client with this base URL goes to this cluster, whichever is in use", "address").arg(address));
    showName();
}

void ClusterHead::showName()
{
    // Everybody knows the rest, and the copy has it.
    const QString address = QString(m_address).remove(QStringLiteral("http://"));
    m_copy->setVisible(!address.isEmpty() && width() >= widthForAddress);
    m_copy->setText(address);
    m_title->setText(m_title->fontMetrics().elidedText(m_name, Qt::ElideRight, m_title->width()));
    setPlainToolTip(m_title, m_title->text() == m_name ? QString() : m_name);
}

void ClusterHead::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // The layout gives it its width after this.
    QMetaObject::invokeMethod(this, &ClusterHead::showName, Qt::QueuedConnection);
}

void ClusterHead::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void ClusterHead::dress()
{
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, coloursOf(colours).text2);
    m_sentence->setPalette(colours);
    m_title->setFont(metrics::title(font()));
    m_title->setMinimumHeight(m_use->sizeHint().height());
    m_copy->setMaximumHeight(m_title->minimumHeight()); // Nothing moves when there is an address.
}

} // namespace qcc
