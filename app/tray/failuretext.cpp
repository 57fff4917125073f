#include "app/tray/failuretext.h"

#include <QCoreApplication>

namespace qcc {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(FailureText)
};

QString asSentence(QString text)
{
    if (text.isEmpty())
        return text;
    text[0] = text.at(0).toUpper();
    return text.endsWith(QLatin1Char('.')) ? text : text + QLatin1Char('.');
}

QString nextStep(const Failure &failure)
{
    if (failure.code == ErrorCode::PortInUse)
        return Text::tr("Choose another port in the settings, or end that program, and start again.");
    return failure.hint;
}

} // namespace

QString failureText(const Failure &failure)
{
    const QString step = nextStep(failure);
    return step.isEmpty() ? asSentence(failure.message) : asSentence(failure.message) + QLatin1Char(' ') + step;
}

} // namespace qcc
