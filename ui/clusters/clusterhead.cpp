#include "ui/clusters/clusterhead.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace qcc {

namespace {

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

ClusterHead::ClusterHead(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel)
    , m_sentence(new TextLabel)
    , m_choice(new QComboBox)
    , m_use(new QPushButton(tr("Use t&his cluster")))
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

    auto *top = new QHBoxLayout;
    top->setSpacing(metrics::edge);
    top->addWidget(m_title, 1);
    top->addWidget(m_use, 0, Qt::AlignTop);
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

void ClusterHead::showName()
{
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
}

} // namespace qcc
