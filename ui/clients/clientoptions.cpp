#include "ui/clients/clientoptions.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QCheckBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStyle>

namespace qcc {

namespace {

/// Under the word of a check box.
int wordsLeft(const QWidget &widget)
{
    return widget.style()->pixelMetric(QStyle::PM_IndicatorWidth, nullptr, &widget) + widget.style()->pixelMetric(QStyle::PM_CheckBoxLabelSpacing, nullptr, &widget);
}

constexpr int narrowestField = 110;

QString classText(const QString &name)
{
    return name == QLatin1StringView("opus") ? QStringLiteral("Opus")
        : name == QLatin1StringView("sonnet") ? QStringLiteral("Sonnet")
        : name == QLatin1StringView("haiku") ? QStringLiteral("Haiku")
                                             : ClientOptions::tr("Sub-agents");
}

} // namespace

ClientOptions::ClientOptions(ClientProgram client, QWidget *parent)
    : QWidget(parent)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    if (client == ClientProgram::ClaudeCode) {
        m_hints = addChoice(tr("Hint headers"), tr("It says with each request what that is for: main work, a sub-agent, a summary."));
        m_toolSearch = addChoice(tr("Tool search"), tr("It looks tools up when it needs them, as with its vendor's own address, and does not send all of them each time."));
        m_keepLogin = addChoice(tr("Its own login"), tr("It is given no key, and goes on sending the login that it has: to an endpoint that gets the client's own."));
        m_models = addChoice(tr("Models by class"), tr("It asks for these models in place of its own choice."));
        addModels();
    } else if (client == ClientProgram::OpenCode) {
        m_openAi = addChoice(tr("OpenAI's models, too"), tr("Its provider of OpenAI's models asks qcc as well, not only that of Anthropic's."));
    }
    column->addStretch();
    dress();
}

bool ClientOptions::existFor(ClientProgram client)
{
    return client == ClientProgram::ClaudeCode || client == ClientProgram::OpenCode;
}

QCheckBox *ClientOptions::addChoice(const QString &name, const QString &meaning)
{
    auto *choice = new QCheckBox(name);
    choice->setAccessibleDescription(meaning);
    auto *words = new TextLabel(meaning);
    words->setWordWrap(true);
    m_meanings << words;
    layout()->addWidget(choice);
    layout()->addWidget(words);
    connect(choice, &QCheckBox::toggled, this, [this] {
        if (m_modelFields)
            m_modelFields->setVisible(m_models->isChecked());
        Q_EMIT changed(extras());
    });
    return choice;
}

void ClientOptions::addModels()
{
    m_modelFields = new QWidget;
    auto *grid = new QGridLayout(m_modelFields);
    grid->setHorizontalSpacing(metrics::unit);
    grid->setVerticalSpacing(metrics::half);
    grid->setColumnStretch(1, 1);
    const QStringList classes = modelClasses();
    for (int i = 0; i < classes.size(); ++i) {
        auto *label = new TextLabel(classText(classes.at(i)));
        auto *field = new QLineEdit;
        field->setPlaceholderText(tr("its own choice"));
        field->setMinimumWidth(narrowestField);
        field->setAccessibleName(tr("Model for %1", "a class of models").arg(label->text()));
        m_modelOf.insert(classes.at(i), field);
        grid->addWidget(label, i, 0);
        grid->addWidget(field, i, 1);
        connect(field, &QLineEdit::textEdited, this, [this] { Q_EMIT changed(extras()); });
    }
    m_modelFields->hide();
    layout()->addWidget(m_modelFields);
}

ClientExtras ClientOptions::extras() const
{
    ClientExtras extras{m_hints && m_hints->isChecked(), m_toolSearch && m_toolSearch->isChecked(), {}, m_openAi && m_openAi->isChecked(),
                        m_keepLogin && m_keepLogin->isChecked()};
    if (m_models && m_models->isChecked()) {
        for (auto field = m_modelOf.cbegin(); field != m_modelOf.cend(); ++field) {
            if (const QString model = field.value()->text().trimmed(); !model.isEmpty())
                extras.models.insert(field.key(), model);
        }
    }
    return extras;
}

void ClientOptions::setExtras(const ClientExtras &extras)
{
    const auto choose = [](QCheckBox *choice, bool on) {
        if (!choice)
            return;
        const QSignalBlocker quiet(choice);
        choice->setChecked(on);
    };
    choose(m_hints, extras.hints);
    choose(m_toolSearch, extras.toolSearch);
    choose(m_openAi, extras.openAi);
    choose(m_keepLogin, extras.keepLogin);
    choose(m_models, !extras.models.isEmpty());
    for (auto field = m_modelOf.cbegin(); field != m_modelOf.cend(); ++field)
        field.value()->setText(extras.models.value(field.key()));
    if (m_modelFields)
        m_modelFields->setVisible(!extras.models.isEmpty());
}

void ClientOptions::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        dress();
}

void ClientOptions::dress()
{
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, coloursOf(palette()).text3);
    for (QLabel *words : std::as_const(m_meanings)) {
        words->setContentsMargins(wordsLeft(*this), 0, 0, metrics::unit);
        words->setFont(metrics::caption(font()));
        words->setPalette(quiet);
    }
    if (m_modelFields)
        m_modelFields->layout()->setContentsMargins(wordsLeft(*this), 0, 0, metrics::unit);
}

} // namespace qcc
