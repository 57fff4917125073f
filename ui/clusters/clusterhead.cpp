#include "ui/clusters/clusterhead.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace qcc {

InsetHeader::InsetHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
}

void InsetHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    QStyleOptionHeaderV2 section;
    initStyleOption(&section);
    section.rect = rect;
    initStyleOptionForIndex(&section, logicalIndex);
    section.text.clear();
    section.sortIndicator = QStyleOptionHeader::None;
    // The style leaves its clipping behind.
    painter->save();
    style()->drawControl(QStyle::CE_Header, &section, painter, this);
    painter->restore();
    painter->save();
    painter->setFont(font());
    const QRect inner = rect.adjusted(metrics::unit, 0, -metrics::unit, 0);
    QString text = model()->headerData(logicalIndex, orientation()).toString();
    // Styles would draw it over the text.
    if (isSortIndicatorShown() && sortIndicatorSection() == logicalIndex)
        text = (sortIndicatorOrder() == Qt::AscendingOrder ? QStringLiteral("▲ ") : QStringLiteral("▼ ")) + text;
    const int alignment = model()->headerData(logicalIndex, orientation(), Qt::TextAlignmentRole).toInt();
    painter->setPen(palette().color(QPalette::ButtonText));
    painter->drawText(inner, alignment, fontMetrics().elidedText(text, Qt::ElideRight, inner.width()));
    painter->restore();
}

QSize InsetHeader::sectionSizeFromContents(int logicalIndex) const
{
    const QSize size = QHeaderView::sectionSizeFromContents(logicalIndex);
    const QString text = model()->headerData(logicalIndex, orientation()).toString();
    return {fontMetrics().horizontalAdvance(text) + 2 * metrics::unit + metrics::half, size.height() + metrics::half};
}

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
        return ClusterHead::tr("The lowest number gets the requests; while it fails, the next one does.");
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
    , m_choice(new QComboBox)
    , m_sentence(new TextLabel)
    , m_inUse(new TextLabel(Words::markOf(Meaning::Success) + u' ' + tr("In use")))
    , m_use(new QPushButton(tr("Use t&his cluster")))
{
    for (const Strategy strategy : {Strategy::PriorityFailover, Strategy::Weighted, Strategy::RoundRobin, Strategy::Random,
                                    Strategy::LeastConnections, Strategy::Fastest})
        m_choice->addItem(nameOf(strategy), QVariant::fromValue(int(strategy)));
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setPlainToolTip(m_use, tr("New requests go there at once; running ones finish where they are."));
    auto *label = new TextLabel(tr("Strate&gy:"));
    label->setBuddy(m_choice);

    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::unit);
    row->addWidget(label);
    row->addWidget(m_choice);
    row->addStretch(1);
    row->addWidget(m_inUse);
    row->addWidget(m_use);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    column->addLayout(row);
    column->addWidget(m_sentence);

    connect(m_use, &QPushButton::clicked, this, &ClusterHead::useRequested);
    connect(m_choice, &QComboBox::activated, this, [this](int index) {
        const auto chosen = Strategy(m_choice->itemData(index).toInt());
        if (chosen != m_strategy)
            Q_EMIT strategyChosen(chosen);
    });
    dress();
    setCluster(m_strategy, false, false);
}

void ClusterHead::setCluster(Strategy strategy, bool inUse, bool saved)
{
    m_strategy = strategy;
    m_choice->setCurrentIndex(m_choice->findData(int(strategy)));
    m_choice->setEnabled(saved);
    m_sentence->setText(sentenceOn(strategy));
    m_inUse->setVisible(inUse);
    m_use->setVisible(!inUse && saved);
}

void ClusterHead::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void ClusterHead::dress()
{
    const auto colour = [this](QLabel *label, Meaning meaning) {
        QPalette colours = palette();
        colours.setColor(QPalette::WindowText, colourOf(meaning, colours));
        label->setPalette(colours);
    };
    colour(m_inUse, Meaning::Success);
    colour(m_sentence, Meaning::Neutral);
    m_sentence->setFont(metrics::caption(font()));
    // The row keeps its height whether the button or the word is there.
    m_inUse->setMinimumHeight(m_use->sizeHint().height());
}

} // namespace qcc
